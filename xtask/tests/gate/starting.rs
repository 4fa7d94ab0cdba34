//! Services as a change brings them: scenario files that name them, and commands that do not start them.

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

#[test]
fn a_command_that_does_not_start_is_told_with_its_line() {
    let live = |it: &Workspace, base: &str| it.run(&["gate", "--tier", "live", "--base", base]);
    let it = workspace("[no-such-program]");
    let ran = live(&it, "HEAD~1");
    let lost =
        "gatefold.yaml:4:5: `services.rank.run` does not start it: failed to start `no-such-program`: ";
    assert!(ran.status == 3 && ran.to_string().contains(lost), "{ran}");
    assert!(!ran.to_string().contains("awaits"), "{ran}");

    let it = workspace("[sh, -c, \"exit 7\"]");
    let ran = live(&it, "HEAD~1");
    let ended =
        "gatefold.yaml:4:5: `services.rank.run` does not start it: `sh -c exit 7` ended with exit status: 7";
    assert!(ran.status == 3 && ran.to_string().contains(ended), "{ran}");
    it.replace("gatefold.yaml", "[sh, -c, \"exit 7\"]", "[no-such-program]");
    let ran = live(&it, "HEAD");
    let awaits = "it awaits the approval of `policy-loosened`, and has to start the service all the same";
    for part in [lost, awaits] {
        assert!(ran.status == 3 && ran.to_string().contains(part), "{ran}");
    }
}
