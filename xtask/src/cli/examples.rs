//! Examples that commands end their help with. A test reads each as the command line does.

pub(super) const GATE: &str = "\
Exit status: 0 nothing blocks; 1 findings block; 2 wrong usage or an invalid policy; 3 a guard could not look.

Examples:
  cargo xtask gate                                       the working tree against where it left the default branch
  cargo xtask gate --base main --only lints,arch         another base, two guards
  cargo xtask gate --base none                           a full audit: everything counts as new
  cargo xtask gate --tier all                            builds and runs the services, too
  cargo xtask gate --output sarif=gatefold.sarif --output junit=guards.xml
                                                         forms for platforms, from the same run";

pub(super) const LINT: &str = "\
Examples:
  cargo xtask lint                                       what the change brings
  cargo xtask lint --base none --all                     everything that there is
  cargo xtask lint --format json --no-times              for a program; two runs give the same bytes";

pub(super) const INTEGRITY: &str = "\
Examples:
  cargo xtask integrity                                  what the change weakens of what judges it
  cargo xtask integrity --base origin/main --all         what is approved, too";

pub(super) const EXPLAIN: &str = "\
Examples:
  cargo xtask explain untied-sort
  cargo xtask explain blocking-in-async";

pub(super) const RULES: &str = "\
Examples:
  cargo xtask rules                                      one line a rule: guard, id, level, group, summary
  cargo xtask rules | grep contracts
  cargo xtask rules --format json | jq -r '.rules[] | select(.level == \"error\").id'
                                                         for a program: those that block, as `gatefold.rules/1`
  cargo xtask rules test                                 run the examples of the rules that gatefold.yaml declares";

pub(super) const NEW: &str = "\
Examples:
  cargo xtask new service night-owl                      one more service in this workspace
  gatefold new workspace ../night-radio                  a whole workspace, where there is none yet";

pub(super) const HOOK: &str = "\
Examples:
  cargo xtask hook install                               puts the judge where the hooks find it
  gatefold hook claude-code < event.json                 what a client would be answered";

pub(super) const HOOK_CLAUDE_CODE: &str = "\
Examples:
  gatefold hook claude-code < event.json                 the answer in the form that Claude Code takes";

pub(super) const HOOK_CODEX: &str = "\
Examples:
  gatefold hook codex < event.json                       the answer in the form that Codex CLI takes";

pub(super) const HOOK_GIT: &str = "\
Examples:
  gatefold hook git pre-commit                           judges what is staged
  gatefold hook git pre-push origin git@example.com:acme/radio.git < refs
                                                         judges what would be pushed; git hands over the lines of `refs`";

pub(super) const DOCS: &str = "\
Examples:
  cargo xtask docs                                       writes them, in a checkout of Gatefold
  cargo xtask docs --check                               in CI: exit status 1 and a diff where one is stale";

pub(super) const DRILL: &str = "\
Examples:
  cargo xtask drill                                      five faults, one after the other, without a build
  cargo xtask drill --tier all --keep                    with those that only a running service shows";

pub(super) const CI: &str = "\
Examples:
  cargo xtask ci                                         everything, in a checkout of Gatefold
  cargo xtask ci --only format,clippy                    two of its steps";

pub(super) const APPROVE: &str = "\
Examples:
  cargo xtask approve                                    lists what is open, and who may approve it
  cargo xtask approve ranking-changed --reason \"fresher tracks\" --by mira@example.com --sign-with ~/.ssh/id_ed25519
  cargo xtask approve 66ebcb0a7843 --reason \"until the retrain\" --until 2027-01-31
  cargo xtask approve untied-sort --reason \"rollback of the night\" --emergency --until 2027-01-02";

pub(super) const REVIEW: &str = "\
Examples:
  cargo xtask review                                     the brief of the working tree, as Markdown
  cargo xtask review --html brief.html                   one self-contained page, with pictures
  cargo xtask review --base origin/main --markdown brief.md
  cargo xtask review --tier all --description request.md  with the services asked, and the claims of a text
  gh pr view 7 --json title,body --jq '.title, \"\", .body' | cargo xtask review --description -
  cargo xtask review --base v1.4 --head v1.5             what a release brought, whatever is checked out
  cargo xtask review --base v1.4 --list                  what landed since, newest first, for whoever is on call";

pub(super) const ARCH: &str = "\
Examples:
  cargo xtask arch                                       what the change does to the architecture
  cargo xtask arch --base none                           the whole workspace against the policy";

pub(super) const CONTRACTS: &str = "\
Examples:
  cargo xtask contracts                                  breaking changes of protos, models, metrics
  cargo xtask contracts --tier live                      scenarios and laws against the running service
  cargo xtask contracts --against deployed.binpb         protos beside what is deployed";

pub(super) const GOLDEN: &str = "\
Examples:
  cargo xtask golden                                     which recorded rankings the change edits
  cargo xtask golden --tier live                         which rankings the running service would change
  cargo xtask golden accept                              records what the service answers now";
