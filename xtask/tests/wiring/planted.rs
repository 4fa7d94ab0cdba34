//! Ways round the gate, each planted into a workflow of ours and told.

use crate::files::{parsed, text};
use crate::safe::faults;

const GATE: &str = "github/gatefold.yml";
const COMMENT: &str = "github/gatefold-comment.yml";
const SHARDS: &str = "golden-shards/github.yml";
const CALLER: &str = "github/examples/caller.yml";
const ACTION: &str = "github/action/action.yml";

/// The file, what stands there, what takes its place, and what is told.
const PLANTED: &[(&str, &str, &str, &str)] = &[
    (
        GATE,
        "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1",
        "actions/checkout@v7",
        "pinned to no commit",
    ),
    (
        ACTION,
        "upload-sarif@8aad20d150bbac5944a9f9d289da16a4b0d87c1e",
        "upload-sarif@main",
        "pinned to no commit",
    ),
    (
        CALLER,
        "gatefold.yml@0123456789abcdef0123456789abcdef01234567",
        "gatefold.yml@main",
        "pinned to no commit",
    ),
    (GATE, "          persist-credentials: false\n", "", "keeps its token"),
    (
        GATE,
        "--base \"$BASE\"",
        "--base \"${{ github.event.pull_request.base.ref }}\"",
        "puts an expression into",
    ),
    (
        COMMENT,
        "\"$COMMIT\" --arg source",
        "\"${{ github.event.workflow_run.head_sha }}\" --arg source",
        "puts an expression",
    ),
    (
        ACTION,
        "--root \"$ROOT\" --print-base",
        "--root \"${{ inputs.root }}\" --print-base",
        "puts an expression into",
    ),
    (
        GATE,
        "        working-directory: binary\n",
        "        working-directory: head\n",
        "where the change could reach it",
    ),
    (GATE, "        working-directory: judge\n", "", "where the change could reach it"),
    (
        SHARDS,
        "        working-directory: judge\n",
        "        working-directory: head\n",
        "where the change could reach it",
    ),
    (ACTION, "cd \"$GITHUB_ACTION_PATH/../../..\"", ":", "where the change could reach it"),
    (
        GATE,
        "      - name: Restore what pushes to the default branch have built\n        if: ${{ !steps.built.outputs.artefact && github.event_name == 'push' }}\n",
        "      - name: Restore\n",
        "a pull request reaches a cache",
    ),
    (
        GATE,
        "github.event_name == 'push' &&\n          github.ref == format('refs/heads/{0}', github.event.repository.default_branch) }}",
        "github.event_name == 'push' }}",
        "another branch than the default one writes",
    ),
    (GATE, "actions/cache/restore@", "actions/cache@", "another branch than the default one writes"),
    (
        GATE,
        "    needs: static\n    if: ${{ !inputs.static-only }}",
        "    if: ${{ !inputs.static-only }}",
        "before the static verdict",
    ),
    (GATE, "        id: seal\n", "", "before the static verdict is sealed"),
    (
        GATE,
        "  # Code scanning is one more",
        "      - run: echo done >verdict\n  # Code scanning is one more",
        "after what the change runs in",
    ),
    (
        GATE,
        "    permissions:\n      contents: read\n    steps",
        "    permissions: write-all\n    steps",
        "says it in a word",
    ),
    (
        SHARDS,
        "    permissions:\n      contents: read\n    strategy",
        "    permissions:\n      contents: write\n    strategy",
        "may write `contents`",
    ),
    (
        SHARDS,
        "    permissions:\n      contents: read\n    strategy",
        "    permissions:\n      pull-requests: write\n    strategy",
        "may write, and has the change there",
    ),
    (GATE, "    timeout-minutes: 20\n", "", "no time limit"),
    (GATE, "on:\n  pull_request:\n", "on:\n  pull_request_target:\n", "`pull_request_target` starts it"),
    (GATE, "  merge_group:\n", "", "a merge queue would wait"),
    (
        COMMENT,
        "      - name: Find the pull request\n",
        "      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1\n        with: { persist-credentials: false }\n      - name: Find the pull request\n",
        "the rights of the default branch",
    ),
    (GATE, "needs: [static, live, sarif]", "needs: [static, sarif]", "does not wait for `live`"),
    (GATE, "    if: always()\n    runs-on", "    runs-on", "no job tells the verdict"),
    (
        GATE,
        "          LIVE: ${{ needs.live.result }}\n",
        "          LIVE: success\n",
        "does not ask what became of `live`",
    ),
    (SHARDS, "    needs: [judge, replay]\n", "    needs: [judge]\n", "does not wait for `replay`"),
    (CALLER, "    with:\n", "    secrets: inherit\n    with:\n", "is handed secrets"),
    (
        GATE,
        "          NAMED: ${{",
        "          TOKEN: ${{ secrets.TOKEN }}\n          NAMED: ${{",
        "is handed secrets",
    ),
];

#[test]
fn every_way_round_is_told() {
    for (path, old, new, says) in PLANTED {
        let text = text(path);
        assert!(text.contains(old), "{path} has no `{old}`");
        let told = faults(&parsed(path, &text.replace(old, new)));
        assert!(told.iter().any(|fault| fault.contains(says)), "{path}, `{new}`: {told:#?}");
    }
}
