//! What is judged, read once: both sides of the change, both policies, the code.

mod gone;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use findings::{PolicyInfo, PolicySide, Rule, Tier, digest};
use policy::approvals::{Approvals, without_people};
use policy::{Document, POLICY_FILE, Settings, Today};
use source::{BaseRequest, Cache, Change, Code, Head, OpenError, Problem, ReadError, Surroundings, Tree};

use crate::failure::Failure;
use crate::gated::{self, Moved};
use crate::{corpora, house, surroundings, tools, touched};

pub(crate) use gone::is_gone;

use gone::Gone;

/// What a command asks the gate for.
pub(crate) struct Ask {
    /// The folder that is judged.
    pub(crate) root: PathBuf,
    pub(crate) base: BaseRequest,
    /// A committed revision to judge in the place of the working tree.
    pub(crate) head: Option<String>,
    pub(crate) surroundings: Surroundings,
    pub(crate) tier: Tier,
    /// What is declared of what is not committed.
    pub(crate) intent: Option<golden::intent::Claim>,
    /// Guards to run; empty means all.
    pub(crate) only: Vec<String>,
    /// The files that were just written, where nothing else is asked about: for hooks, which must answer at once, and
    /// whose answer is no verdict. `None` means all.
    pub(crate) files: Option<Vec<String>>,
    /// What the contracts guard compares head's protos with in the place of the base's.
    pub(crate) against: Option<contracts::Against>,
    /// Whether head's policy may judge an adoption without an approval.
    pub(crate) bootstrap: bool,
    pub(crate) cache: Cache,
    pub(crate) today: Today,
}

impl Ask {
    /// Whether the caller wants this guard.
    pub(crate) fn wants(&self, guard: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|only| only == guard)
    }
}

/// The change with its policies, and its code once somebody asks for it.
pub(crate) struct Scene {
    pub(crate) ask: Ask,
    pub(crate) change: Change,
    pub(crate) base_policy: Document,
    pub(crate) head_policy: Document,
    /// The policy that judges: head's, but for what loosens and is not approved.
    pub(crate) effective: Document,
    pub(crate) settings: Settings,
    /// Every rule that there is, the policies' house rules included.
    pub(crate) rules: Vec<&'static Rule>,
    pub(crate) approvals: Approvals,
    /// Keys of the base's policy that this version does not know.
    pub(crate) remarks: Vec<String>,
    /// Which policy judges, for the report.
    pub(crate) policy_info: PolicyInfo,
    /// What became of asking other tools.
    pub(crate) delegated: tools::Asking,
    head: Arc<OnceLock<Code>>,
    base: OnceLock<Code>,
}

impl Scene {
    /// Opens the change and reads its policies. An invalid policy at head ends here, with exit status 2. A gated folder that
    /// was renamed as a whole is judged as if it had always lain where it is: by the base's policy, and by whom that trusts.
    pub(crate) fn open(ask: Ask) -> Result<Scene, Failure> {
        let scene = Scene::open_where_it_lies(ask)?;
        let renamed = gated::renamed_here(scene.change.top(&scene.ask.root), &scene.change);
        match (renamed, &scene.change.base_info.commit) {
            (Some(moved), Some(base)) => {
                let base = BaseRequest::Revision(base.clone());
                scene.moved_back(&moved, &base)
            }
            _ => Ok(scene),
        }
    }

    /// The same without a look at where the folder lay.
    pub(crate) fn open_where_it_lies(ask: Ask) -> Result<Scene, Failure> {
        Scene::open_by(ask, |ask| opened(ask, None))
    }

    /// The same working tree against another base, for who asks as much of it: nobody looks once more for what differs from
    /// git's index, and what was read of head is not read again.
    pub(crate) fn against(&self, ask: Ask) -> Result<Scene, Failure> {
        let scene = Scene::open_by(ask, |ask| {
            let change = opened(ask, Some(&self.change.unstaged))?;
            Ok(Change { head: self.change.head.clone(), ..change })
        })?;
        Ok(if self.asks_of_few_files() == scene.asks_of_few_files() {
            Scene { head: Arc::clone(&self.head), ..scene }
        } else {
            scene
        })
    }

    /// The same change over a base that has the folder where head has it. Nothing is kept of it, since no commit is such a base.
    fn moved_back(self, moved: &Moved, base: &BaseRequest) -> Result<Scene, Failure> {
        let top = self.change.top(&self.ask.root).to_owned();
        let ask = Ask { cache: Cache::off(), ..self.ask };
        let place = source::Moved { top: &top, below: &moved.to, moved: &moved.files };
        let head = ask.head.as_deref().map_or(Head::WorkingTree, Head::Commit);
        let change = source::open_moved(&place, base, head)?;
        let mut scene = Scene::of(ask, Change { base_info: self.change.base_info, ..change })?;
        let (from, to) = (&moved.from, &moved.to);
        scene
            .remarks
            .push(format!("`{to}` is `{from}` of the base, whose policy judges it where it lies now"));
        Ok(scene)
    }

    /// The same for a change that is opened in another way than is asked for.
    pub(crate) fn open_by(
        ask: Ask,
        open: impl FnOnce(&Ask) -> Result<Change, Failure>,
    ) -> Result<Scene, Failure> {
        // Beside the opening of the repository, which takes longer.
        let read = || Read::on_disk(&ask.root, &ask.cache);
        let (policy, change) = expression::beside_large_stack(read, || open(&ask));
        Scene::with_policy(ask, change?, policy.flatten())
    }

    /// The same for a change that is open already, for instance what is staged.
    pub(crate) fn of(ask: Ask, change: Change) -> Result<Scene, Failure> {
        Scene::with_policy(ask, change, None)
    }

    fn with_policy(ask: Ask, mut change: Change, read: Option<Read>) -> Result<Scene, Failure> {
        change.base = change.base.map(|base| base.with_cache(&ask.cache).with_packages_once());
        change.head = change.head.with_packages_once();
        if let (Some(claim), Ok(said)) = (&ask.intent, &mut change.said) {
            said.messages.insert(0, claim.as_message());
        }
        refuse_nested(&change)?;
        let head_text = policy_text(&change.head)?;
        let head_policy = match &head_text {
            Some(text) => match read.filter(|read| *read.text == **text) {
                Some(read) => read.policy?,
                None => Document::parse(POLICY_FILE, text, &house::SCHEMA)?,
            },
            None => Document::empty(),
        };
        house::refuse_taken(&head_policy)?;
        Settings::check(&head_policy, &house::rules_with(&[&head_policy]), env!("CARGO_PKG_VERSION"))?;
        corpora::check_names(&head_policy)?;
        let base_text = change.base.as_ref().map(policy_text).transpose()?.flatten();
        let (base_policy, unknown) = match &base_text {
            Some(text) if Some(text) == head_text.as_ref() => (head_policy.clone(), Vec::new()),
            Some(text) => Document::parse_base(POLICY_FILE, text, &house::SCHEMA)?,
            None => (Document::empty(), Vec::new()),
        };
        let policy_info = policy_info(base_text.as_deref(), head_text.as_deref());
        let mut remarks: Vec<String> =
            unknown.iter().map(|error| format!("left out of the base's policy: {error}")).collect();
        if !head_policy.exists() && !base_policy.exists() {
            remarks.push(format!("there is no `{POLICY_FILE}` in this root, so the defaults judge"));
        }

        if change.base_info.chosen.ends_with(source::NO_DEFAULT_BRANCH) {
            remarks.push(
                "no default branch was found, so only the last commit is judged; `--base` names another base"
                    .to_owned(),
            );
        }

        let base_settings = base_policy.exists().then(|| Settings::read(&base_policy)).transpose()?;
        remarks.extend(unknown_people(&change, base_settings.as_ref(), &head_policy, ask.today)?);
        let mut approvals = Approvals::read(&change, base_settings.as_ref(), ask.today);
        if approvals.asks_who_wrote() {
            let written = source::written(change.top(&ask.root), &change);
            approvals = approvals.written_by(written.map_err(|error| error.to_string()));
        }
        let (head, base) = (OnceLock::new(), OnceLock::new());
        let gone = Gone { change: &change, policies: (&base_policy, &head_policy), cache: &ask.cache };
        let approved = |loosening: &policy::Loosening| {
            approvals.covering(&integrity::loosening(loosening), &change).is_some()
                || gone.is_gone(loosening, (&base, &head))
        };
        let both = house::rules_with(&[&base_policy, &head_policy]);
        let effective = policy::effective(&base_policy, &head_policy, &house::SCHEMA, &both, &approved);
        let rules = house::rules_with(&[&effective, &base_policy, &head_policy]);
        let settings = Settings::read(&effective)?;
        Ok(Scene {
            ask,
            change,
            base_policy,
            head_policy,
            effective,
            settings,
            rules,
            approvals,
            remarks,
            policy_info,
            delegated: tools::Asking::default(),
            head: Arc::new(head),
            base,
        })
    }

    /// Head's code.
    pub(crate) fn head_code(&self) -> &Code {
        // Only the lints look at every file of it.
        let read = if self.ask.wants("lints") { Code::read_for_looks } else { Code::read };
        self.head.get_or_init(|| self.read_code(&self.change.head, read))
    }

    /// The base's code, which is read only when head has findings that may be known.
    pub(crate) fn base_code(&self) -> Option<&Code> {
        let base = self.change.base.as_ref()?;
        Some(self.base.get_or_init(|| self.read_code(base, Code::read)))
    }

    /// As much of it as is asked about: who judges files that were just written needs no more than their names.
    fn read_code(&self, tree: &Tree, read_all: fn(&Tree, &Cache) -> Code) -> Code {
        match self.asks_of_few_files() {
            true => Code::read_for_few_files(tree, &self.ask.cache),
            false => read_all(tree, &self.ask.cache),
        }
    }

    fn asks_of_few_files(&self) -> bool {
        touched::asks_of_few_files(self.ask.files.as_deref(), &self.change)
    }

    /// Whether a difference of the policies takes out what spoke of nothing that head has.
    pub(crate) fn spoke_of_nothing(&self, difference: &policy::Difference) -> bool {
        let policies = (&self.base_policy, &self.head_policy);
        let gone = Gone { change: &self.change, policies, cache: &self.ask.cache };
        gone.is_gone(difference, (&self.base, &self.head))
    }

    /// What the contracts guard may use that is no part of the judged tree.
    pub(crate) fn outside(&self) -> contracts::Outside {
        surroundings::outside(&self.ask.root, self.ask.today, &surroundings::process_env)
    }

    /// How Gatefold is called so that it judges this root, by who stands where this runs.
    pub(crate) fn called(&self) -> String {
        surroundings::program_for(&self.ask.root, self.prefix())
    }

    /// The root's path from the repository's root, empty where it is that root.
    pub(crate) fn prefix(&self) -> &str {
        self.change.repository.as_ref().map_or("", |wider| wider.prefix.as_str())
    }
}

/// What could not be read of the code, or of its manifests.
pub(crate) fn problems(code: &Code) -> impl Iterator<Item = &Problem> {
    code.problems.iter().chain(&code.workspace.problems)
}

/// A policy that was read from the disk before anybody knew whether head has it so.
struct Read {
    text: String,
    policy: Result<Document, policy::PolicyError>,
}

impl Read {
    fn on_disk(root: &Path, cache: &Cache) -> Option<Read> {
        let file = root.join(POLICY_FILE);
        let text = source::read_regular_text(&file).ok()?;
        let policy = Document::read(POLICY_FILE, &text, &house::SCHEMA).and_then(|document| {
            // Which nothing but the text decides.
            cache.answer("policy", (POLICY_FILE, &text), || document.check(&house::SCHEMA))?;
            Ok(document)
        });
        Some(Read { text, policy })
    }
}

/// The change that is asked for, where it may be known which files alone differ from git's index. A revision that has nothing
/// below the root would pass unseen, and is refused.
fn opened(ask: &Ask, among: Option<&BTreeSet<String>>) -> Result<Change, Failure> {
    let (root, base, surroundings) = (&ask.root, &ask.base, &ask.surroundings);
    let Some(head) = &ask.head else {
        let change = match root.is_dir() {
            true => source::open_among(root, base, surroundings, among),
            false => source::open_gone(root, base, surroundings),
        };
        return change.map_err(|error| unknown(ask, error));
    };
    if ask.tier.is_live() {
        return Err(Failure::usage(
            "`--head` judges what is committed, and the live tier runs the working tree",
        ));
    }
    let change = source::open_range(root, base, head).map_err(|error| unknown(ask, error))?;
    if change.head.paths().next().is_some() {
        return Ok(change);
    }
    let root = change.repository.as_ref().map_or(".", |wider| wider.prefix.as_str());
    Err(Failure::usage(format_args!(
        "`{head}` has no file in `{root}`: the root is another, or it came later"
    )))
}

/// A revision that names no commit may be a branch that only the remote has.
fn unknown(ask: &Ask, error: OpenError) -> Failure {
    let OpenError::NoRevision { revision, .. } = &error else { return error.into() };
    let there = format!("origin/{revision}");
    match source::Range::open(&ask.root, &there, "HEAD") {
        Ok(_) => Failure::usage(format_args!("{error}; `{there}` does: give that")),
        Err(_) => error.into(),
    }
}

/// Kinds of either side's policy that nobody can approve; what holds for both is told of the base.
fn unknown_people(
    change: &Change,
    base: Option<&Settings>,
    head: &Document,
    today: Today,
) -> Result<Vec<String>, Failure> {
    let of_base = match (&change.base, base) {
        (Some(tree), Some(settings)) => without_people(tree, settings, today),
        _ => Vec::new(),
    };
    let mut of_head = without_people(&change.head, &Settings::read(head)?, today);
    of_head.retain(|told| !of_base.contains(told));
    let of_base = of_base.into_iter().map(|told| format!("the base's {told}"));
    Ok(of_base.chain(of_head.into_iter().map(|told| format!("head's {told}"))).collect())
}

/// A policy inside a gated root counts only where the outer policy lists its folder, and did so before the change: else
/// a change could bring its own judge along.
fn refuse_nested(change: &Change) -> Result<(), Failure> {
    let Some(wider) = change.repository.as_ref().filter(|_| change.head.contains(POLICY_FILE)) else {
        return Ok(());
    };
    let outer = wider.base.as_ref().unwrap_or(&wider.head);
    let root = Path::new(&wider.prefix);
    for folder in root.ancestors().skip(1) {
        let file = folder.join(POLICY_FILE).to_string_lossy().into_owned();
        let text = match outer.text(&file) {
            Ok(text) => text,
            Err(ReadError::Missing(_)) => continue,
            Err(error) => return Err(Failure::usage(error)),
        };
        let settings = Settings::read(&Document::parse_base(&file, &text, &house::SCHEMA)?.0)?;
        let inner = root.strip_prefix(folder).unwrap_or(root);
        return match settings.workspaces.iter().any(|listed| Path::new(listed) == inner) {
            true => Ok(()),
            false => Err(Failure::usage(format_args!(
                "`{}/{POLICY_FILE}` stands inside a root that `{file}` judges, and that does not list `{}` under \
                 `workspaces` (at the base); take one of them out, or list it first",
                wider.prefix,
                inner.display()
            ))),
        };
    }
    Ok(())
}

fn policy_info(base: Option<&str>, head: Option<&str>) -> PolicyInfo {
    let (from, text) = match base {
        Some(text) => (PolicySide::Base, text),
        None => (PolicySide::Head, head.unwrap_or_default()),
    };
    PolicyInfo { from, digest: digest(text.as_bytes()) }
}

fn policy_text(tree: &Tree) -> Result<Option<std::sync::Arc<str>>, Failure> {
    match tree.text(POLICY_FILE) {
        Ok(text) => Ok(Some(text)),
        Err(ReadError::Missing(_)) => Ok(None),
        Err(error) => Err(Failure::usage(error)),
    }
}
