//! Calls that block the thread in async code.

use findings::{Finding, Level, rule};
use syn::{Expr, Type};

use crate::asyncness::runs_async;
use crate::blocking::{
    ends_threads, instead_of, is_before_serving, is_brief, is_of_constructor, is_of_tool, is_one_of_threads,
    knows_better,
};
use crate::calls::{Call, chain, method};
use crate::types::{head, type_of};
use crate::{Check, Lint, Node, Site};

rule! {
    /// Calls that block the thread in an async function, block or closure: `std::thread::sleep`, the file system
    /// and network of `std`, child processes waited for, standard input, `reqwest::blocking`, `block_on`, the `recv` of `std`'s
    /// channels, what waits for threads (`join`, `Barrier`, `Condvar`), and tokio's methods that say so (`blocking_lock`).
    ///
    /// Calls that only touch names and attributes of files (`metadata`, `remove_file`, `create_dir`) advise, the others
    /// block the merge. In a program that does one thing and ends, all of them advise: in a package that reads a command line and
    /// depends on no server, and in modules of commands (`cli`, `cmd`, `commands`). So they do in what makes a value of its own
    /// type (`open`, `from_config`), reads settings, loads a model, builds a state or puts things together by its name (`load_model`,
    /// `build_state`, `prepare`), which happens once more often than not. What runs before anything is served is left alone: `main`, `run` of a `main.rs`, and functions
    /// that say by their name that they start or end something or bind a listener (`start`, `preload_model`, `run_server`, `on_exit`) or
    /// that call `serve` themselves, as long as they are handed no request, query or user and the call is not in a task that they spawn; a
    /// constructor may touch names of files, too. Threads may be waited for where their owner ends: in what says so (`close`,
    /// `finish`, `drain`), and in a method that takes its own value. So are functions of `maybe_async` and those that ask whether there is a
    /// runtime at all (`Handle::try_current`). An async block that a sync function hands to `block_on` runs on the thread of that
    /// function, as `main` does.
    ///
    /// ## Why it hurts
    /// The async runtime has about one thread a core, and each carries thousands of requests. A call that blocks
    /// one of them stops all of those, so that everybody's tail latency pays for one request's file.
    ///
    /// ## Example
    /// ```bad
    /// use std::thread::sleep as nap;
    /// use std::{fs, process};
    ///
    /// async fn rank(request: Request) -> Reply {
    ///     nap(BACKOFF); //~
    ///     let model = fs::read(&request.model)?; //~
    ///     let limits: Vec<_> = request.files.iter().map(|file| std::fs::read_to_string(file)).collect(); //~
    ///     let mut version = process::Command::new("git");
    ///     version.arg("describe");
    ///     let version = version.output()?; //~
    ///     reply(model, limits, version)
    /// }
    ///
    /// async fn start_page(path: &Path, user_id: u64) -> Page {
    ///     page(std::fs::read(path)?, user_id) //~
    /// }
    ///
    /// async fn summed(scores: Vec<f32>) -> f32 {
    ///     let handle = std::thread::spawn(move || scores.iter().sum());
    ///     let halves: Vec<_> = halves().map(|half| std::thread::spawn(move || half.iter().sum())).collect();
    ///     let halves: Vec<f32> = halves.into_iter().map(|half| half.join().unwrap()).collect(); //~
    ///     let mut workers = Vec::new();
    ///     workers.push(std::thread::spawn(rest));
    ///     for worker in workers {
    ///         worker.join()?; //~
    ///     }
    ///     let first = tokio::runtime::Handle::current().block_on(first()); //~
    ///     let rest = std::thread::spawn(rest).join()?; //~
    ///     handle.join()? + first + rest //~
    /// }
    ///
    /// async fn gathered(worker: std::thread::JoinHandle<Page>, seen: &tokio::sync::Mutex<Seen>) -> Page {
    ///     let seen = seen.blocking_lock(); //~
    ///     worker.join()?.without(seen) //~
    /// }
    ///
    /// async fn packed(path: &Path) -> Result<Vec<u8>> {
    ///     let mut child = process::Command::new("gzip").arg(path).spawn()?;
    ///     child.wait()?; //~
    ///     let other: process::Child = process::Command::new("zstd").spawn().unwrap();
    ///     Ok(other.wait_with_output()?.stdout) //~
    /// }
    ///
    /// async fn asked_of(name: &str) -> Result<usize> {
    ///     let socket = std::net::UdpSocket::bind("0.0.0.0:0")?;
    ///     socket.send_to(name.as_bytes(), DNS)?; //~
    ///     Ok(socket.recv(&mut [0; 512])?) //~
    /// }
    ///
    /// const READ: fn(&str) -> Result<Vec<u8>> = std::fs::read;
    ///
    /// async fn asked() -> Result<Page> {
    ///     let mut line = String::new();
    ///     std::io::stdin().read_line(&mut line)?; //~
    ///     let input = std::io::stdin();
    ///     input.lock().read_to_string(&mut line)?; //~
    ///     page(READ("page")?, line) //~
    /// }
    ///
    /// fn start(requests: Requests) {
    ///     tokio::spawn(async move {
    ///         tracing::info!(model = %std::fs::read_to_string("model.txt")?, "started"); //~
    ///         let wait = std::thread::sleep;
    ///         wait(PAUSE); //~
    ///         let read = || std::fs::read("limits"); //~
    ///         apply(read()?);
    ///     });
    /// }
    /// ```
    ///
    /// ```bad
    /// use std::sync::mpsc;
    ///
    /// async fn first(jobs: &Jobs) -> Job {
    ///     let (sender, receiver) = mpsc::channel();
    ///     jobs.subscribe(sender);
    ///     tokio::select! {
    ///         () = jobs.closed() => {
    ///             receiver.recv().unwrap() //~
    ///         }
    ///         job = jobs.next() => futures::executor::block_on(job.load()), //~
    ///     }
    /// }
    ///
    /// async fn initialize_session(request: tonic::Request<Start>) -> Reply {
    ///     Reply::of(std::fs::read("limits")?, request) //~
    /// }
    ///
    /// async fn start_refresh(cache: Arc<Cache>) {
    ///     tokio::spawn(async move { cache.set(std::fs::read("limits")?) }); //~
    /// }
    ///
    /// async fn fetch(url: &str) -> Text {
    ///     let text = reqwest::blocking::get(url)?.text()?; //~
    ///     let stream = <std::net::TcpStream>::connect(url)?; //~
    ///     let other = std::net::TcpStream::connect(url)?; //~
    ///     parse(text, stream, other)
    /// }
    /// ```
    ///
    /// ## Instead
    /// The runtime's own calls, or `spawn_blocking`. A sync function may block: whoever calls it from async code
    /// decides where it runs. `main` may too, since nothing is served yet.
    ///
    /// ```good
    /// use tokio::fs;
    /// use tokio::time::sleep;
    ///
    /// async fn rank(request: Request) -> Reply {
    ///     sleep(BACKOFF).await;
    ///     let model = fs::read(&request.model).await?;
    ///     let limits = tokio::task::spawn_blocking(move || std::fs::read_to_string("limits"))
    ///         .await??;
    ///     let version = tokio::process::Command::new("git").arg("describe").output().await?;
    ///     fn load(path: &str) -> Vec<u8> {
    ///         std::fs::read(path).unwrap_or_default()
    ///     }
    ///     let extra = tokio::task::block_in_place(|| load("extra"));
    ///     std::thread::spawn(|| std::thread::sleep(PAUSE));
    ///     reply(model, limits, version, extra)
    /// }
    ///
    /// #[tokio::main]
    /// async fn main() {
    ///     serve(std::fs::read_to_string("config.yaml").unwrap()).await;
    /// }
    ///
    /// fn launch_all(config: Config) -> Result<()> {
    ///     tokio::runtime::Runtime::new()?.block_on(async { go(std::fs::read(&config.path)?).await })
    /// }
    ///
    /// async fn spread(jobs: Vec<Job>) -> Vec<Page> {
    ///     let tasks: Vec<_> = jobs.into_iter().map(|job| tokio::spawn(job.run())).collect();
    ///     let mut pages = Vec::new();
    ///     for task in tasks {
    ///         pages.push(task.join().await);
    ///     }
    ///     pages
    /// }
    ///
    /// async fn run_server(address: SocketAddr) -> Result<()> {
    ///     let identity = Identity::from_pem(std::fs::read("tls.crt")?, std::fs::read("tls.key")?);
    ///     Server::builder().tls_config(tls().identity(identity))?.serve(address).await
    /// }
    ///
    /// async fn preload_model(path: &Path) -> Result<Model> {
    ///     Model::of(std::fs::read(path)?)
    /// }
    ///
    /// async fn run_server_until(stop: impl Future<Output = ()>) -> Result<()> {
    ///     listen_with(std::fs::read("tls.key")?, stop).await
    /// }
    ///
    /// async fn install_panic_hook() -> Result<()> {
    ///     hook(std::fs::read_to_string("release")?);
    ///     Ok(())
    /// }
    ///
    /// async fn on_sigterm(worker: std::thread::JoinHandle<()>) {
    ///     worker.join().ok();
    ///     dump_on_exit(b"ended").await;
    /// }
    ///
    /// async fn dump_on_exit(state: &[u8]) {
    ///     std::fs::write("state", state).ok();
    /// }
    ///
    /// impl Listener for UnixListener {
    ///     async fn into_acceptor(self) -> Result<Acceptor> {
    ///         let listener = tokio::net::UnixListener::bind(&self.path)?;
    ///         std::fs::set_permissions(&self.path, self.permissions)?;
    ///         Ok(Acceptor { listener })
    ///     }
    /// }
    ///
    /// impl Store {
    ///     async fn new(folder: &Path) -> Result<Store> {
    ///         std::fs::create_dir_all(folder)?;
    ///         Store::load(folder).await
    ///     }
    ///
    ///     async fn initialize(&mut self) -> Result<()> {
    ///         self.model = std::fs::read(&self.path)?;
    ///         Ok(())
    ///     }
    /// }
    ///
    /// impl Workers {
    ///     async fn close(&mut self, worker: std::thread::JoinHandle<()>) {
    ///         worker.join().ok();
    ///     }
    ///
    ///     async fn into_inner(self) -> Inner {
    ///         let worker: std::thread::JoinHandle<()> = self.worker;
    ///         worker.join().ok();
    ///         self.inner
    ///     }
    /// }
    ///
    /// #[maybe_async::maybe_async]
    /// async fn receive() -> Pack {
    ///     std::fs::read("pack")?
    /// }
    ///
    /// async fn next(receiver: &mut tokio::sync::mpsc::Receiver<Job>) -> Option<Job> {
    ///     receiver.recv().await
    /// }
    ///
    /// #[cfg(test)]
    /// mod tests {
    ///     #[tokio::test]
    ///     async fn reads() {
    ///         std::fs::read("golden").unwrap();
    ///     }
    /// }
    /// ```
    pub static BLOCKING_IN_ASYNC = {
        id: "blocking-in-async",
        guard: "lints",
        group: "async-latency",
        level: Error,
        summary: "finds calls that block the thread in async code",
    };
}

pub(super) static LINT: Lint = Lint { rule: &BLOCKING_IN_ASYNC, check: Check::Syntax(check) };

fn check(node: &Node<'_>, site: &Site<'_>, findings: &mut Vec<Finding>) {
    let (Node::Call(call) | Node::Handed(call)) = node else { return };
    if call.awaited {
        return;
    }
    let by_path = || call.path.as_deref().and_then(|path| Some((path.to_owned(), instead_of(path)?)));
    let Some((what, help)) = by_path().or_else(|| by_receiver(call, site)) else { return };
    let is_brief = is_brief(&what);
    if !runs_async(site)
        || knows_better(site)
        || is_before_serving(is_brief, site)
        || ends_threads(&what, site)
    {
        return;
    }
    let mut finding = site
        .finding(&BLOCKING_IN_ASYNC, call.expr, format!("`{what}` blocks the thread in async code"))
        .help(help);
    if is_brief || is_of_tool(site) || is_of_constructor(site) {
        finding.level = Level::Warning;
    }
    findings.push(finding);
}

const BRIDGE: &str = "move it into `tokio::task::spawn_blocking(..).await`";

const AWAITED: &str = "await the method of the same name without `blocking_`";

/// Methods of tokio's locks that block the thread.
const LOCKS: &[&str] = &["blocking_lock", "blocking_read", "blocking_write"];

/// Methods that block, by the type of what they are called on.
fn by_receiver(call: &Call<'_>, site: &Site<'_>) -> Option<(String, &'static str)> {
    let name = call.name.to_string();
    let Expr::MethodCall(_) = call.expr else { return None };
    // Types of locks are looked through, and nobody else calls a method so.
    if LOCKS.contains(&name.as_str()) {
        return Some((format!("tokio::sync::{name}"), AWAITED));
    }
    let wanted: &[&str] = match name.as_str() {
        "output" | "status" => &["std::process::Command"],
        "recv" if !site.flow().mentions("set_nonblocking") => {
            &["std::sync::mpsc::Receiver", "std::net::UdpSocket"]
        }
        "recv" | "recv_timeout" => &["std::sync::mpsc::Receiver"],
        "blocking_recv" => &[
            "tokio::sync::mpsc::Receiver",
            "tokio::sync::mpsc::UnboundedReceiver",
            "tokio::sync::oneshot::Receiver",
        ],
        "blocking_send" => &["tokio::sync::mpsc::Sender"],
        "join" => &["std::thread::JoinHandle"],
        "wait" => &["std::sync::Barrier", "std::sync::Condvar", "std::process::Child"],
        "wait_with_output" => &["std::process::Child"],
        "recv_from" | "send_to" if !site.flow().mentions("set_nonblocking") => &["std::net::UdpSocket"],
        "wait_while" | "wait_timeout" | "wait_timeout_while" => &["std::sync::Condvar"],
        "lines" | "read_line" | "read_to_end" | "read_to_string" | "read_until" => &["std::io::Stdin"],
        "open" => &["std::fs::OpenOptions"],
        "accept" => &["std::net::TcpListener"],
        "block_on" => &["tokio::runtime::Runtime", "tokio::runtime::Handle"],
        _ => return None,
    };
    let receiver = method(call.expr)?.receiver;
    let (_, root) = chain(receiver);
    let ty = type_of(receiver, site).or_else(|| type_of(root, site));
    let head = match ty.filter(|ty| !matches!(ty, Type::Infer(_))) {
        Some(ty) => head(&ty, site)?,
        None if name == "join" && is_one_of_threads(receiver, site) => wanted[0].to_owned(),
        None => return None,
    };
    if !wanted.contains(&head.as_str()) {
        return None;
    }
    let help = match name.as_str() {
        _ if head == "std::process::Child" || head == "std::process::Command" => {
            "use `tokio::process::Command`"
        }
        _ if head == "std::net::UdpSocket" => "use `tokio::net::UdpSocket`",
        "recv" | "recv_timeout" => "use `tokio::sync::mpsc`",
        "block_on" => "await the future",
        "blocking_recv" | "blocking_send" => AWAITED,
        "lines" | "read_line" | "read_to_end" | "read_to_string" | "read_until" => "use `tokio::io::stdin`",
        "wait" | "wait_while" | "wait_timeout" | "wait_timeout_while" => {
            "use `tokio::sync::Notify` or `Barrier`"
        }
        _ => BRIDGE,
    };
    Some((format!("{head}::{name}"), help))
}
