//! Clients that one file makes and that another file sets a deadline for.

use gatefold_lints::{self as lints, Policy};
use source::{Cache, Code, Tree};

use super::check_under;
use crate::kept::check_kept;

const MANIFEST: &str = "[package]\nname = \"ranker\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[dependencies]\n\
                        reqwest = \"0.12\"\ntokio = \"1\"\ntonic = \"0.14\"\ntower = \"0.5\"\n";

#[track_caller]
fn check(files: &[(&str, &str)], expected: &[(&str, &str, u32)]) {
    check_under(MANIFEST, files, expected);
}

const HTTP: &str = "http-client-without-timeout";
const GRPC: &str = "grpc-channel-without-timeout";

/// Checks a crate of a file that makes a client and another one: a finding of the rule in the line of the first that ends in
/// `//~`, unless the other one sets a deadline for it.
#[track_caller]
fn pair(rule: &str, makes: &str, uses: &str, is_found: bool) {
    let line = makes.lines().zip(1..).find(|(line, _)| line.ends_with("//~")).map_or(0, |(_, line)| line);
    let found = [(rule, "src/net.rs", line)];
    check(
        &[("src/lib.rs", "mod net;\nmod service;\n"), ("src/net.rs", makes), ("src/service.rs", uses)],
        if is_found { &found } else { &[] },
    );
}

const FUNCTION: &str = "pub fn client() -> reqwest::Client {\n    reqwest::Client::new() //~\n}\n";
const STRUCT: &str = "pub struct Features { pub http: reqwest::Client }\nimpl Features {\n    pub fn new() -> Self {\n        \
     Features { http: reqwest::Client::new() } //~\n    }\n    pub async fn load(&self, url: &str) -> Result<Bytes> {\n        \
     self.http.get(url).send().await?.bytes().await\n    }\n}\n";
const STATIC: &str =
    "pub static HTTP: LazyLock<reqwest::Client> = LazyLock::new(|| reqwest::Client::new()); //~\n";

#[test]
fn a_deadline_of_a_request_counts_in_whatever_file_it_is_set() {
    for (makes, uses) in [
        (
            FUNCTION,
            "use crate::net::client;\nasync fn f(url: &str) {\n    let http = client();\n    http.get(url).timeout(W).send().await;\n}\n",
        ),
        (
            STRUCT,
            "use crate::net::Features;\nasync fn f(it: &Features, url: &str) {\n    it.http.get(url).timeout(W).send().await;\n}\n",
        ),
        (STATIC, "async fn f(url: &str) {\n    crate::net::HTTP.get(url).timeout(W).send().await;\n}\n"),
        (
            STRUCT,
            "impl crate::net::Features {\n    async fn f(&self, url: &str) {\n        self.http.get(url).timeout(W).send().await;\n    }\n}\n",
        ),
    ] {
        pair(HTTP, makes, uses, false);
        pair(HTTP, makes, &uses.replace(".timeout(W)", ""), true);
    }
}

#[test]
fn a_timeout_around_what_uses_a_client_counts_in_whatever_file_it_stands() {
    let get = "pub async fn get(url: &str) -> Result<Bytes> {\n    reqwest::Client::new().get(url).send().await //~\n}\n";
    let page = "pub async fn get(url: &str) -> Result<Bytes> {\n    page(url).await\n}\nasync fn page(url: &str) -> Result<Bytes> {\n    reqwest::get(url).await //~\n}\n";
    for (makes, uses) in [
        (get, "async fn f(url: &str) {\n    tokio::time::timeout(W, crate::net::get(url)).await;\n}\n"),
        (page, "async fn f(url: &str) {\n    tokio::time::timeout(W, crate::net::get(url)).await;\n}\n"),
        (
            get,
            "async fn f(url: &str) {\n    let got = crate::net::get(url);\n    tokio::time::timeout(W, got).await;\n}\n",
        ),
        (
            STRUCT,
            "use crate::net::Features;\nstruct Service { features: Arc<Features> }\nimpl Service {\n    async fn f(&self) {\n        tokio::time::timeout(self.wait, self.features.load(U)).await;\n    }\n}\n",
        ),
        (
            STRUCT,
            "use crate::net::Features;\npub struct State { features: Features }\nasync fn f(state: &State) {\n    tokio::time::timeout(W, async { state.features.load(U).await }).await;\n}\n",
        ),
    ] {
        pair(HTTP, makes, uses, false);
        pair(HTTP, makes, &uses.replace("tokio::time::timeout", "run"), true);
    }
}

#[test]
fn a_deadline_for_something_else_is_none_for_the_client() {
    // Of another client of the package, of the package, beside the client in its holder, in a test, and only read from what holds it.
    for (makes, uses) in [
        (FUNCTION, "async fn f(db: &Db) {\n    tokio::time::timeout(W, db.load()).await;\n}\n"),
        (
            STRUCT,
            "use crate::net::Features;\nstruct Index;\nstruct State { features: Features, index: Index }\nasync fn f(state: &State) {\n    tokio::time::timeout(W, state.index.search()).await;\n}\n",
        ),
        (
            FUNCTION,
            "#[cfg(test)]\nmod tests {\n    async fn f(url: &str) {\n        crate::net::client().get(url).timeout(W).send().await;\n    }\n}\n",
        ),
        (
            FUNCTION,
            "fn f() -> Http {\n    Http(crate::net::client())\n}\nstruct Db;\nasync fn g(db: &Db) {\n    tokio::time::timeout(W, db.load()).await;\n}\n",
        ),
        (
            "pub fn client() -> Result<Features, crate::Error> {\n    let http = reqwest::Client::new(); //~\n    Ok(crate::service::wrap(http)?)\n}\n",
            "async fn f(other: &Other) -> Result<(), crate::Error> {\n    other.get(U).timeout(W).send().await?;\n    Ok(())\n}\n",
        ),
        (
            "use crate::service::Page;\npub async fn page() -> u64 {\n    let http = reqwest::Client::new(); //~\n    let page = http.get(U).send().await;\n    Page::of(page).size()\n}\n",
            "pub struct Page;\nasync fn f(page: &Page, other: &Other) {\n    other.post(U).body(page).timeout(W).send().await;\n}\n",
        ),
        (
            STRUCT,
            "pub struct State { features: crate::net::Features, db: Db }\nasync fn f(state: &State, wait: &Waits) {\n    tokio::time::timeout(wait.of(state), ready()).await;\n}\n",
        ),
    ] {
        pair(HTTP, makes, uses, true);
    }
}

#[test]
fn a_client_is_followed_to_what_holds_it() {
    let makes = "use crate::service::{Features, State};\npub fn start() -> App {\n    let http = reqwest::Client::new(); //~\n    \
                 let features = Features::new(http.clone());\n    App::of(features)\n}\n";
    let uses = "pub struct Features { http: reqwest::Client }\nimpl Features {\n    pub fn new(http: reqwest::Client) -> Self {\n        Features { http }\n    }\n    async fn load(&self) {\n        self.http.get(U).timeout(W).send().await;\n    }\n}\n";
    pair(HTTP, makes, uses, false);
    pair(HTTP, makes, &uses.replace(".timeout(W)", ""), true);
    // By a function in a third file that hands it on.
    let third = [
        ("src/lib.rs", "mod hand;\nmod net;\nmod service;\n"),
        (
            "src/hand.rs",
            "pub static HTTP: LazyLock<reqwest::Client> = LazyLock::new(|| crate::net::client());\n",
        ),
        ("src/net.rs", FUNCTION),
    ];
    let bounded =
        ("src/service.rs", "async fn f() {\n    crate::hand::HTTP.get(U).timeout(W).send().await;\n}\n");
    check(&[&third[..], &[bounded]].concat(), &[]);
    let free = ("src/service.rs", "async fn f() {\n    crate::hand::HTTP.get(U).send().await;\n}\n");
    check(&[&third[..], &[free]].concat(), &[(HTTP, "src/net.rs", 2)]);
}

const LAZY: &str = "use tonic::transport::{Channel, Endpoint};\npub fn model() -> Channel {\n    Endpoint::from_static(U).connect_lazy() //~\n}\n";

#[test]
fn a_deadline_of_calls_counts_in_whatever_file_it_is_set() {
    for (makes, uses, part) in [
        (
            LAZY,
            "async fn f() {\n    let mut model = ModelClient::new(crate::net::model());\n    let mut request = tonic::Request::new(B);\n    request.set_timeout(W);\n    model.score(request).await;\n}\n",
            "set_timeout",
        ),
        (
            LAZY,
            "use tower::timeout::Timeout;\npub fn model() -> ModelClient<Timeout<Channel>> {\n    ModelClient::new(Timeout::new(crate::net::model(), W))\n}\n",
            "Timeout::new",
        ),
        (
            LAZY,
            "pub fn model() -> ModelClient<Bounded> {\n    let layers = ServiceBuilder::new().layer(TimeoutLayer::new(W));\n    ModelClient::new(layers.service(crate::net::model()))\n}\n",
            "TimeoutLayer",
        ),
        (
            "use tonic::transport::{Channel, Endpoint};\nuse crate::service::with_limit;\npub fn model() -> Model {\n    let channel = Endpoint::from_static(U).connect_lazy(); //~\n    Model::new(with_limit(channel))\n}\n",
            "pub fn with_limit(channel: Channel) -> Timeout<Channel> {\n    Timeout::new(channel, W)\n}\n",
            "Timeout::new",
        ),
        (
            "use tonic::transport::{Channel, Endpoint};\nuse crate::service::limit;\npub fn model() -> Model {\n    let channel = Endpoint::from_static(U).connect_lazy(); //~\n    Model(ModelClient::with_interceptor(channel, limit))\n}\n",
            "pub fn limit(mut request: Request<()>) -> Result<Request<()>, Status> {\n    request.set_timeout(W);\n    Ok(request)\n}\n",
            "set_timeout",
        ),
    ] {
        pair(GRPC, makes, uses, false);
        pair(GRPC, makes, &uses.replace(part, "other"), true);
    }
}

#[test]
fn a_connection_that_is_waited_for_needs_a_deadline_of_its_own() {
    let eager = "use tonic::transport::{Channel, Endpoint};\npub async fn model() -> Result<Channel> {\n    Endpoint::from_static(U).connect().await //~\n}\n";
    let uses = "async fn f() {\n    let mut model = ModelClient::new(crate::net::model().await?);\n    let mut request = tonic::Request::new(B);\n    request.set_timeout(W);\n    model.score(request).await;\n}\n";
    pair(GRPC, eager, uses, true);
    pair(GRPC, &eager.replace(".connect()", ".connect_timeout(W).connect()"), uses, false);
}

#[test]
fn a_builder_of_another_file_may_have_a_timeout_already() {
    check(
        &[
            ("src/lib.rs", "mod net;\nmod service;\n"),
            (
                "src/net.rs",
                "pub fn builder() -> reqwest::ClientBuilder {\n    reqwest::Client::builder()\n}\npub fn endpoint() -> tonic::transport::Endpoint {\n    tonic::transport::Endpoint::from_static(U)\n}\n",
            ),
            (
                "src/service.rs",
                "fn f() -> Result<reqwest::Client> {\n    crate::net::builder().build()\n}\nfn g() -> Channel {\n    crate::net::endpoint().connect_lazy()\n}\n",
            ),
        ],
        &[],
    );
}

#[test]
fn what_is_kept_of_the_file_that_makes_a_client_lapses_with_a_deadline_elsewhere() {
    let free = "async fn f() {\n    crate::net::client().get(U).send().await;\n}\n";
    let bounded = free.replace(".send", ".timeout(W).send");
    let files = |uses| {
        [("src/lib.rs", "mod net;\nmod service;\n"), ("src/net.rs", FUNCTION), ("src/service.rs", uses)]
    };
    check_kept(MANIFEST, &[(&files(free), 1), (&files(&bounded), 0), (&files(free), 1)]);
}

#[test]
fn who_looks_at_one_file_hears_of_deadlines_in_the_others() {
    let found = |uses: &str| {
        let files =
            [("src/lib.rs", "mod net;\nmod service;\n"), ("src/net.rs", FUNCTION), ("src/service.rs", uses)];
        let tree = Tree::from_memory([("Cargo.toml", MANIFEST)].into_iter().chain(files));
        let code = Code::read(&tree, &Cache::off());
        let only: &(dyn Fn(&str) -> bool + Sync) = &|path| path == "src/net.rs";
        let checked = lints::check(&code, &tree, &Policy::default(), Some(only)).expect("the guard looks");
        checked.findings.len()
    };
    let bounded = "async fn f() {\n    crate::net::client().get(U).timeout(W).send().await;\n}\n";
    assert_eq!(found(bounded), 0);
    assert_eq!(found(&bounded.replace(".timeout(W)", "")), 1);
}

const LIMITS: &str =
    "pub async fn within<F: Future>(limit: Duration, work: F) -> Result<F::Output, Elapsed> {
    tokio::time::timeout(limit, work).await
}
pub async fn logged<F: Future>(limit: Duration, work: F) -> F::Output {
    tracing::info!(?limit);
    work.await
}
pub fn limits(builder: reqwest::ClientBuilder) -> reqwest::ClientBuilder {
    builder.timeout(LIMIT)
}
pub fn zipped(builder: reqwest::ClientBuilder) -> reqwest::ClientBuilder {
    builder.gzip(true)
}
pub struct Budget(Duration);
impl Budget {
    pub async fn bounded<F: Future>(&self, work: F) -> Result<F::Output, Elapsed> {
        tokio::time::timeout(self.0, work).await
    }
    pub async fn timed<F: Future>(&self, work: F) -> F::Output {
        tracing::info!(limit = ?self.0);
        work.await
    }
}
pub trait Deadlines {
    fn with_deadlines(self) -> Self;
    fn with_zip(self) -> Self;
}
impl Deadlines for reqwest::ClientBuilder {
    fn with_deadlines(self) -> Self {
        self.timeout(LIMIT)
    }
    fn with_zip(self) -> Self {
        self.gzip(true)
    }
}
";

/// Checks a crate of a file that makes a client, one that uses it, and one of helpers.
#[track_caller]
fn with_limits(makes: &str, uses: &str, is_found: bool) {
    let line = makes.lines().zip(1..).find(|(line, _)| line.ends_with("//~")).map_or(0, |(_, line)| line);
    let found = [(HTTP, "src/net.rs", line)];
    let lib = "mod limits;\nmod net;\nmod service;\n";
    check(
        &[("src/lib.rs", lib), ("src/limits.rs", LIMITS), ("src/net.rs", makes), ("src/service.rs", uses)],
        if is_found { &found } else { &[] },
    );
}

#[test]
fn a_function_of_the_workspace_that_sets_a_deadline_around_a_future_counts() {
    let calls = "use crate::limits;\nuse crate::net::Features;\nasync fn f(it: &Features) {\n    limits::within(W, it.load(U)).await;\n}\n";
    let sends = "use crate::limits;\nasync fn f() {\n    let call = crate::net::client().get(U).send();\n    limits::within(W, call).await;\n}\n";
    for (makes, uses) in [(STRUCT, calls), (FUNCTION, sends)] {
        with_limits(makes, uses, false);
        with_limits(makes, &uses.replace("within", "logged"), true);
    }
    let method = "use crate::net::Features;\nasync fn f(&self, it: &Features) {\n    self.budget.bounded(it.load(U)).await;\n}\n";
    with_limits(STRUCT, method, false);
    with_limits(STRUCT, &method.replace("bounded", "timed"), true);
    with_limits(STRUCT, &method.replace("it.load(U)", "other.load(U)"), true);
    let here = "pub async fn page() -> Page {\n    let client = reqwest::Client::new(); //~\n    crate::limits::within(W, client.get(U).send()).await\n}\n";
    with_limits(here, "", false);
    with_limits(&here.replace("within", "logged"), "", true);
}

#[test]
fn a_future_that_is_held_before_it_is_bounded_counts() {
    let held = "use crate::net::Features;\nasync fn f(it: &Features) {\n    let call = async { it.load(U).await };\n    tokio::time::timeout(Duration::from_secs(1), call).await;\n}\n";
    pair(HTTP, STRUCT, held, false);
    pair(HTTP, STRUCT, &held.replace("it.load(U)", "other.load(U)"), true);
    let here = "pub async fn page() {\n    let client = reqwest::Client::new(); //~\n    let work = client.get(U).send();\n    tokio::time::timeout(W, work).await;\n}\n";
    pair(HTTP, here, "", false);
    pair(HTTP, &here.replace(".send();", ".send().await;"), "", true);
}

#[test]
fn a_helper_that_sets_the_timeout_of_a_builder_counts() {
    for makes in [
        "use crate::limits::*;\npub fn client() -> Client {\n    let mut builder = reqwest::Client::builder();\n    builder = limits(builder);\n    builder.build() //~\n}\n",
        "use crate::limits::*;\npub fn client() -> Client {\n    let builder = reqwest::Client::builder();\n    builder.with_deadlines().build() //~\n}\n",
    ] {
        with_limits(makes, "", false);
        let free = makes.replace("= limits(", "= zipped(").replace("with_deadlines", "with_zip");
        with_limits(&free, "", true);
    }
    // A namesake of a method of the builder that is handed none.
    let other = "pub fn build() -> reqwest::ClientBuilder {\n    reqwest::Client::builder().timeout(W)\n}\n";
    let makes = "pub fn client() -> Client {\n    reqwest::Client::builder().build() //~\n}\n";
    with_limits(makes, other, true);
}

#[test]
fn a_deadline_that_is_written_into_a_request_counts() {
    let uses = "async fn f(url: &str) {\n    let http = crate::net::client();\n    let mut request = http.get(url).build()?;\n    *request.timeout_mut() = Some(W);\n    http.execute(request).await;\n}\n";
    pair(HTTP, FUNCTION, uses, false);
    pair(HTTP, FUNCTION, &uses.replace("timeout_mut", "version_mut"), true);
}

#[test]
fn a_function_of_the_file_that_gives_a_builder_is_looked_into() {
    let makes = "fn builder() -> reqwest::ClientBuilder {\n    let begun = reqwest::Client::builder();\n    begun.gzip(true)\n}\npub fn client() -> Client {\n    builder().http1_only().build() //~\n}\n";
    pair(HTTP, makes, "", true);
    pair(HTTP, &makes.replace("gzip(true)", "timeout(W)"), "", false);
    pair(HTTP, &makes.replace("http1_only()", "timeout(W)"), "", false);
    pair(HTTP, &makes.replace("begun.gzip(true)", "crate::service::tuned(begun)"), "", false);
}
