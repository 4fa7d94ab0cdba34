//! gRPC channels that wait forever.

use findings::{Finding, rule};
use syn::{Expr, Pat};

use crate::bound::binds;
use crate::calls::{Call, chain, method, variable};
use crate::endpoints::{generated_client, is_endpoint, is_generated, is_of_endpoint, makers, one_of};
use crate::rpc::calls_have_deadlines;
use crate::timeouts::is_timeout;
use crate::types::{head, head_name, is_elsewhere, type_of};
use crate::{Check, Lint, Node, Site, Step};

rule! {
    /// A tonic channel that is connected without both `timeout` and `connect_timeout`, and a generated client that
    /// connects by itself, which sets neither.
    ///
    /// Followed is the chain from `Endpoint` or `Channel` to `connect`, over `let`s and assignments. An endpoint that
    /// comes in as a parameter or a field is somebody else's: nothing is known of it, nor of one that went through a function
    /// of another file. Where a function of the same file makes the endpoint, what it sets counts. A deadline of calls counts
    /// wherever the file sets one, on a request, by a layer, or by a `timeout` around a call, and wherever another file does that
    /// names what makes or holds the channel, or what holds that in turn. A lazy channel connects within a call, so that
    /// such a deadline is all it needs. The `connect` that tonic
    /// generates into a client is left alone: who calls it is told.
    ///
    /// ## Why it hurts
    /// Tonic has no timeout by default. When the model server hangs, every request that waits for it hangs too, holds
    /// its memory and its place in the queue, and the service that was meant to answer without the model goes down
    /// with it.
    ///
    /// ## Example
    /// ```bad
    /// use tonic::transport as net;
    /// use tonic::transport::{Channel, Endpoint};
    /// use proto::ranker::ranker_client::RankerClient;
    ///
    /// struct Config {
    ///     ads: String,
    /// }
    ///
    /// async fn connect(address: String, wait: Duration, config: &Config) -> Result<Clients> {
    ///     let channel = Channel::from_static("http://ranker:50051").connect().await?; //~
    ///     let lazy = net::Endpoint::from_shared(address)?.timeout(wait).connect_lazy(); //~
    ///     let mut endpoint = tonic::transport::Endpoint::try_from(address)?;
    ///     endpoint = endpoint.connect_timeout(wait);
    ///     let second = endpoint.connect().await?; //~
    ///     let third: Endpoint = address.parse()?;
    ///     let third = third.tcp_nodelay(true);
    ///     let third = third.connect_with_connector(connector()).await?; //~
    ///     let ranker = RankerClient::connect("http://ranker:50051").await?; //~
    ///     let ads = proto::ads_client::AdsClient::connect(config.ads.clone()).await?; //~
    ///     let other = proto::scorer_client::ScorerClient::connect(format!("http://{address}")).await?; //~
    ///     tokio::try_join!(Channel::builder(address.parse()?).connect(), ready())?; //~
    ///     let connect = || async { Channel::from_static("http://other:50051").connect().await }; //~
    ///     let made = half(&address)?.connect_lazy(); //~
    ///     let qualified = <tonic::transport::Endpoint>::from_static("http://ranker:50051").connect_lazy(); //~
    ///     let endpoint = Endpoint::from_static("http://ranker:50051");
    ///     let called = Endpoint::connect_lazy(&endpoint); //~
    ///     let all = Channel::balance_list(addresses.iter().map(|it| Endpoint::from_static(it).tcp_nodelay(true))); //~
    ///     Clients::new(channel, lazy, second, third, ranker, other, connect().await?, made, qualified, called)
    /// }
    ///
    /// fn half(address: &str) -> Result<Endpoint> {
    ///     let endpoint = Endpoint::new(address.to_owned())?;
    ///     Ok(endpoint.timeout(WAIT))
    /// }
    /// ```
    ///
    /// ## Instead
    /// ```good
    /// use tonic::transport::{Channel, Endpoint};
    /// use proto::ranker::ranker_client::RankerClient;
    ///
    /// async fn connect(address: String, given: Endpoint, wait: Duration) -> Result<Clients> {
    ///     let channel = Channel::from_shared(address)?.connect_timeout(wait).timeout(wait).connect().await?;
    ///     let mut endpoint = Endpoint::from_static("http://ranker:50051").timeout(wait);
    ///     if config.tls {
    ///         endpoint = endpoint.tls_config(tls())?;
    ///     }
    ///     let endpoint = endpoint.connect_timeout(wait);
    ///     let second = RankerClient::new(endpoint.connect_lazy());
    ///     let third = RankerClient::connect(endpoint).await?;
    ///     let slow = Channel::from_static("http://slow:50051").timeout(wait);
    ///     let slow = tokio::time::timeout(wait, slow.connect()).await??;
    ///     let fourth = given.connect().await?;
    ///     let database = sqlx::PgPool::connect(&address).await?;
    ///     let redis = RedisClient::connect("redis://cache").await?;
    ///     let tuned = with_timeouts(Endpoint::from_static("http://ranker:50051")).connect().await?;
    ///     let made = endpoint_of(&address)?.connect_lazy();
    ///     let all = addresses.iter().map(|it| Channel::from_static(it).timeout(wait).connect_timeout(wait));
    ///     let (all, some) = (Channel::balance_list(all), Channel::balance_list(given.into_iter()));
    ///     Clients::new(channel, second, third, fourth, database, redis, tuned, slow, made)
    /// }
    ///
    /// impl Channels {
    ///     fn get(&self, address: &str) -> Result<Channel> {
    ///         let endpoint = self.endpoint(address)?;
    ///         Ok(endpoint.connect_lazy())
    ///     }
    ///
    ///     fn endpoint(&self, address: &str) -> Result<Endpoint> {
    ///         Ok(endpoint_of(address)?.tcp_nodelay(true).timeout(self.wait).connect_timeout(self.wait))
    ///     }
    /// }
    ///
    /// fn endpoint_of(address: &str) -> Result<Endpoint> {
    ///     let mut endpoint = Endpoint::new(address.to_owned())?;
    ///     endpoint = endpoint.connect_timeout(WAIT);
    ///     Ok(endpoint.timeout(WAIT))
    /// }
    ///
    /// fn bounded_elsewhere(address: &str) -> Result<Channel> {
    ///     let endpoint = Endpoint::new(address.to_owned())?;
    ///     let endpoint = crate::config::bounded(endpoint);
    ///     Ok(endpoint.connect_lazy())
    /// }
    ///
    /// pub mod search_client {
    ///     impl SearchClient<tonic::transport::Channel> {
    ///         pub async fn connect<D>(target: D) -> Result<Self, tonic::transport::Error> {
    ///             Ok(Self::new(tonic::transport::Endpoint::new(target)?.connect().await?))
    ///         }
    ///     }
    /// }
    /// ```
    ///
    /// ```good
    /// use tonic::transport::Endpoint;
    ///
    /// fn model(address: &'static str) -> Model {
    ///     Model::new(Endpoint::from_static(address).connect_timeout(WAIT).connect_lazy())
    /// }
    ///
    /// async fn score(model: &mut Model, batch: Batch) -> Result<Scores> {
    ///     let mut request = tonic::Request::new(batch);
    ///     request.set_timeout(WAIT);
    ///     Ok(model.score(request).await?.into_inner())
    /// }
    /// ```
    ///
    /// ```good
    /// use tonic::transport::{Channel, Endpoint};
    /// use tower::timeout::Timeout;
    ///
    /// fn model() -> Model<Timeout<Channel>> {
    ///     let channel = Endpoint::from_static("http://model:50051").connect_lazy();
    ///     Model::new(Timeout::new(channel, LIMIT))
    /// }
    /// ```
    ///
    /// ```good
    /// use tonic::transport::Endpoint;
    /// use tower::timeout::TimeoutLayer;
    ///
    /// fn model() -> Model<Bounded> {
    ///     let channel = Endpoint::from_static("http://model:50051").connect_lazy();
    ///     Model::new(ServiceBuilder::new().layer(TimeoutLayer::new(LIMIT)).service(channel))
    /// }
    /// ```
    ///
    /// ```good
    /// use tonic::transport::Endpoint;
    ///
    /// fn model() -> Model<Bounded> {
    ///     let channel = Endpoint::from_static("http://model:50051").connect_lazy();
    ///     Model::new(house::net::with_deadline(channel))
    /// }
    /// ```
    ///
    /// ```good
    /// use tonic::transport::Endpoint;
    ///
    /// fn model(given: &Endpoint) -> Model<Channel> {
    ///     let endpoint = <Endpoint>::from_static("http://model:50051").timeout(LIMIT).connect_timeout(LIMIT);
    ///     Model::new(Endpoint::connect_lazy(&endpoint), Endpoint::connect_lazy(given))
    /// }
    /// ```
    pub static GRPC_CHANNEL_WITHOUT_TIMEOUT = {
        id: "grpc-channel-without-timeout",
        guard: "lints",
        group: "async-latency",
        level: Error,
        summary: "finds tonic channels that are connected without timeouts",
    };
}

pub(super) static LINT: Lint = Lint { rule: &GRPC_CHANNEL_WITHOUT_TIMEOUT, check: Check::Syntax(check) };

const CONNECTS: &[&str] =
    &["balance_list", "connect", "connect_lazy", "connect_with_connector", "connect_with_connector_lazy"];

/// How many chains are followed for one connection.
const FUEL: u32 = 32;

fn check(node: &Node<'_>, site: &Site<'_>, findings: &mut Vec<Finding>) {
    let Node::Call(call) = node else { return };
    let Some(mut setting) = setting(call, site) else { return };
    if calls_have_deadlines(site) {
        setting.timeout = true;
        setting.connect_timeout |= is_lazy(call);
    }
    if let Some(missing) = setting.missing() {
        findings.push(
            site.finding(
                &GRPC_CHANNEL_WITHOUT_TIMEOUT,
                call.expr,
                format!(
                    "this gRPC channel is connected without {missing}, so a hanging server hangs its callers"
                ),
            )
            .help("build it from an `Endpoint` with `.connect_timeout(..)` and `.timeout(..)`"),
        );
    }
}

/// What is set where a channel is connected, beside deadlines of its calls.
fn setting(call: &Call<'_>, site: &Site<'_>) -> Option<Setting> {
    if !CONNECTS.contains(&call.name.to_string().as_str()) || is_generated(site) {
        return None;
    }
    let mut setting = Setting::default();
    if call.path.as_deref().is_some_and(|path| is_of_endpoint(path) && path.ends_with("::balance_list")) {
        let Expr::Call(balance) = call.expr else { return None };
        let one = one_of(balance.args.first()?, site)?;
        return matches!(setting.follow(one, site), Origin::Endpoint).then_some(setting);
    }
    let (target, by_itself) = match (generated_client(call, site), call.expr) {
        (Some(target), _) => (target, true),
        (None, expr) => match (method(expr), &call.path) {
            (Some(connect), None) if matches!(expr, Expr::MethodCall(_)) => (connect.receiver, false),
            // `Endpoint::connect_lazy(&endpoint)`
            (Some(connect), Some(path)) if is_of_endpoint(path) => (connect.receiver, false),
            _ => return None,
        },
    };
    match setting.follow(target, site) {
        Origin::Endpoint => {}
        Origin::Text if by_itself => {}
        _ => return None,
    }
    // `timeout(wait, endpoint.connect())` bounds the wait for the connection, whoever's `timeout` it is.
    setting.connect_timeout |= site.steps.iter().any(|step| match step {
        Step::Expr(Expr::Call(outer)) => is_timeout(outer),
        _ => false,
    });
    Some(setting)
}

/// Whether deadlines of calls are all that is missing where a channel is connected: a lazy one connects within a call.
pub(crate) fn is_bounded_by_calls(call: &Call<'_>, site: &Site<'_>) -> bool {
    is_lazy(call) || setting(call, site).is_some_and(|setting| setting.connect_timeout)
}

fn is_lazy(call: &Call<'_>) -> bool {
    call.name == "balance_list" || call.name.to_string().ends_with("_lazy")
}

/// Where the target of a connection comes from.
enum Origin {
    /// A tonic endpoint that is made in sight.
    Endpoint,
    /// An address.
    Text,
    /// Anything else.
    Unknown,
}

/// Which timeouts were set on the way.
#[derive(Default)]
struct Setting {
    timeout: bool,
    connect_timeout: bool,
    followed: u32,
}

impl Setting {
    fn missing(&self) -> Option<&'static str> {
        match (self.timeout, self.connect_timeout) {
            (true, true) => None,
            (true, false) => Some("`connect_timeout`"),
            (false, true) => Some("`timeout`"),
            (false, false) => Some("`timeout` and `connect_timeout`"),
        }
    }

    /// Walks down a chain to where it begins, and on through the variable that it begins with.
    fn follow(&mut self, target: &Expr, site: &Site<'_>) -> Origin {
        if self.followed == FUEL {
            return Origin::Unknown;
        }
        self.followed += 1;
        let root = self.note(target, site);
        match root {
            Expr::Call(call) => match &*call.func {
                Expr::Path(function) => match site.resolve_function(function) {
                    Some(path) if is_of_endpoint(&path) => Origin::Endpoint,
                    _ => match type_in_sight(root, site) {
                        Some(path) if is_endpoint(&path) => Origin::Endpoint,
                        _ => Origin::Unknown,
                    },
                },
                _ => Origin::Unknown,
            },
            Expr::Lit(_) => Origin::Text,
            Expr::Macro(mac) if mac.mac.path.is_ident("format") => Origin::Text,
            _ => match variable(root) {
                Some(name) => self.follow_variable(name, root, site),
                // A field, in whatever file its struct stands.
                None => match type_of(root, site).and_then(|ty| head_name(&ty, site)).as_deref() {
                    Some("str" | "String") => Origin::Text,
                    _ => Origin::Unknown,
                },
            },
        }
    }

    /// A variable is what its `let`s and assignments make of it. All of them count, whatever their order and
    /// branch: that a timeout is set at all is enough.
    fn follow_variable(&mut self, name: &syn::Ident, root: &Expr, site: &Site<'_>) -> Origin {
        let declared = type_in_sight(root, site);
        let mut origin = match declared.as_deref() {
            Some(path) if is_endpoint(path) => Origin::Endpoint,
            Some("str" | "String" | "std::string::String") => Origin::Text,
            _ => Origin::Unknown,
        };
        let mut is_made_here = false;
        for local in site.lets() {
            let declared = match &local.pat {
                Pat::Ident(_) => None,
                Pat::Type(typed) => Some(&*typed.ty),
                _ => continue,
            };
            let Some(init) = local.init.as_ref().filter(|_| binds(&local.pat, name)) else { continue };
            is_made_here = true;
            let root = self.note(&init.expr, site);
            if is_handed_on(root, name, site) {
                return Origin::Unknown;
            }
            let begins_with = variable(root);
            if declared.and_then(|ty| head(ty, site)).is_some_and(|path| is_endpoint(&path)) {
                origin = Origin::Endpoint;
            } else if matches!(origin, Origin::Unknown) && begins_with != Some(name) {
                origin = self.follow(&init.expr, site);
            }
        }
        self.timeout |= site.flow().is_assigned_with(name, "timeout");
        self.connect_timeout |= site.flow().is_assigned_with(name, "connect_timeout");
        // An endpoint that nothing in sight makes is somebody else's.
        if !is_made_here && matches!(origin, Origin::Endpoint) { Origin::Unknown } else { origin }
    }

    /// Notes the timeouts that a chain sets, or a function of the file that is called in it, and gives what the chain
    /// begins with.
    fn note<'e>(&mut self, expr: &'e Expr, site: &Site<'_>) -> &'e Expr {
        let makers = makers(site);
        let (methods, root) = chain(expr);
        let function = match root {
            Expr::Call(call) => match &*call.func {
                Expr::Path(path) => path.path.segments.last().map(|last| &last.ident),
                _ => None,
            },
            _ => None,
        };
        for name in methods.iter().map(|method| method.name).chain(function) {
            let made = makers.get(name);
            self.timeout |= name == "timeout" || made.is_some_and(|made| made.timeout);
            self.connect_timeout |=
                name == "connect_timeout" || made.is_some_and(|made| made.connect_timeout);
        }
        root
    }
}

/// Whether a function that is not of the file is given a variable: it may set anything.
fn is_handed_on(root: &Expr, name: &syn::Ident, site: &Site<'_>) -> bool {
    let Expr::Call(call) = root else { return false };
    let Expr::Path(function) = &*call.func else { return false };
    let is_given = call.args.iter().any(|argument| variable(argument) == Some(name));
    let is_of_file = || function.path.get_ident().is_some_and(|name| makers(site).get(name).is_some());
    is_given && !site.resolve_function(function).is_some_and(|path| is_of_endpoint(&path)) && !is_of_file()
}

/// The canonical path of a type that this file says. What a function of another one has set is not known.
fn type_in_sight(expr: &Expr, site: &Site<'_>) -> Option<String> {
    type_of(expr, site).filter(|ty| !is_elsewhere(ty)).and_then(|ty| head(&ty, site))
}
