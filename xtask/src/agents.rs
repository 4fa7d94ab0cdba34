//! Which coding agents the trailers of commits name.

use std::collections::BTreeSet;

use source::Said;

/// Trailers that name an agent and nobody else.
const NAMING: [&str; 4] = ["agent", "assisted-by", "generated-by", "generated-with"];
/// The trailer that people share with agents.
const SHARED: &str = "co-authored-by";
/// First words of the names under which agents sign as authors.
const KNOWN: [&str; 18] = [
    "aider",
    "amp",
    "claude",
    "cline",
    "codex",
    "copilot",
    "crush",
    "cursor",
    "devin",
    "gemini",
    "goose",
    "jules",
    "junie",
    "kiro",
    "opencode",
    "openhands",
    "qwen",
    "windsurf",
];
/// Characters of a name.
const LONGEST: usize = 80;

/// The agents that the commits of a change name, sorted, each once.
pub(crate) fn named(said: &Said) -> Vec<String> {
    let lines = said.messages.iter().flat_map(|message| message.text.lines());
    lines.filter_map(agent).collect::<BTreeSet<_>>().into_iter().collect()
}

/// The agent that a line names, if it is a trailer that does.
fn agent(line: &str) -> Option<String> {
    let (key, value) = line.split_once(':')?;
    let (key, value) = (key.trim().to_ascii_lowercase(), value.trim());
    let name = value.split('<').next().unwrap_or_default().trim();
    let is_agent = NAMING.contains(&key.as_str()) || key == SHARED && is_known(name);
    let name = if name.is_empty() { value.trim_matches(['<', '>']) } else { name };
    let name: String = name.chars().filter(|c| !c.is_control()).take(LONGEST).collect();
    (is_agent && !name.is_empty()).then_some(name)
}

fn is_known(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let first = name.split(|c: char| !c.is_alphanumeric()).find(|word| !word.is_empty());
    name.ends_with("[bot]") || first.is_some_and(|first| KNOWN.contains(&first))
}

#[cfg(test)]
mod tests {
    use source::Message;

    use super::*;

    #[test]
    fn agents_are_told_from_people_that_write_together() {
        let check = |text: &str, expect: &[&str]| {
            let message = Message { commit: None, text: text.to_owned() };
            let said = Said { messages: vec![message.clone(), message], merges: 0 };
            assert_eq!(named(&said), expect, "{text}");
        };
        check("rank: fresher\n\nCo-Authored-By: Claude <noreply@anthropic.com>\n", &["Claude"]);
        check("x\n\nCo-authored-by: Mira Claude <mira@example.com>\n", &[]);
        check(
            "x\n\nco-authored-by: copilot-swe-agent[bot] <1+c@users.example>\n",
            &["copilot-swe-agent[bot]"],
        );
        check("x\n\nAssisted-by: Codex CLI\nAgent: house-bot\n", &["Codex CLI", "house-bot"]);
        check("x\n\nGenerated-by: <a@example.com>\n", &["a@example.com"]);
        check("agent:\nCo-authored-by:\n", &[]);
    }
}
