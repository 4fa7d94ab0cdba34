//! Services as a change brings them, and scenario files that name them.

use crate::workspace::Workspace;

const PROTO: &str = "syntax = \"proto3\";\npackage p.v1;\nmessage Query { string id = 1; }\nmessage Answer { string id = 1; }\n\
                     service Rank { rpc Rank(Query) returns (Answer); }\n";
const RANK: &str = "services/rank/contracts/rank.yaml";
const SCENARIO: &str = "contracts: 1\nservice: p.v1.Rank\ntarget: rank\nscenarios:\n  - { name: one, rpc: Rank, expect: { status: OK } }\n";

/// A workspace that has a service, started like this, and promises of it.
fn workspace(run: &str) -> Workspace {
    let it = Workspace::small();
    it.write("protos/p/v1/rank.proto", PROTO);
    it.write(RANK, SCENARIO);
    it.append("gatefold.yaml", &format!("services:\n  rank:\n    run: {run}\n"));
    it.commit("a service");
    it
}

/// What blocks of scenario files, by their paths.
fn unreadable(it: &Workspace) -> Vec<String> {
    let blocking = it.gate().blocking();
    let of_rule = |found: String| Some(found.strip_prefix("contracts unreadable-scenario ")?.to_owned());
    blocking.into_iter().filter_map(of_rule).collect()
}

#[test]
fn scenario_files_come_with_the_services_and_the_dependencies_that_they_name() {
    let it = workspace("[bin/rank]");
    it.replace(
        "gatefold.yaml",
        "run: [bin/rank]\n",
        "run: [bin/rank, \"{dependency:radio}\"]\n    dependencies: { radio: radio }\n  radio:\n    run: [bin/radio]\n",
    );
    const RADIO: &str = "services/radio/contracts/radio.yaml";
    it.write(RADIO, SCENARIO.replace("target: rank", "target: radio"));
    let late = "deadlines:\n  - name: late\n    rpc: Rank\n    timeout: 50ms\n    stalls: { dependency: radio, rpc: p.v1.Rank/Rank }\n";
    it.append(RANK, late);
    assert_eq!(unreadable(&it), [""; 0]);
    it.replace(RADIO, "target: radio", "target: radioo");
    it.replace(RANK, "dependency: radio", "dependency: redio");
    assert_eq!(unreadable(&it), [format!("{RADIO}:3"), format!("{RANK}:10")]);
}
