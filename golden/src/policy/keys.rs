//! The keys of the section `golden`, their directions and their documentation.

use ::policy::{Direction, Key};

pub(super) const KEYS: &[Key] = &[
    Key::new(
        "intent",
        "optional or required",
        "optional",
        Direction::Words(&["required", "optional"]),
        "Whether a change that moves rankings has to declare it with `Ranking-Intent` in a commit's message. Where it \
               is required, a change that declares nothing declares `none`.",
    ),
    Key::new(
        "confidence",
        "number between 0 and 1",
        "0.95",
        Direction::AnyChangeLoosens,
        "How sure a bound has to be: of the share of requests that change, of what another model does. A corpus is a \
               sample, and a small one proves little.",
    ),
    Key::new(
        "shares",
        "measured or proven",
        "measured",
        Direction::Words(&["proven", "measured"]),
        "What a declared `scoped(SEGMENT, <=5%)` is held against: the share of the segment's requests that the corpus \
               shows, or the upper bound of Clopper and Pearson at `confidence`. For 5 % to be proven a segment needs 59 \
               requests of which none changes.",
    ),
    Key::new(
        "models",
        "list of globs",
        "[models/**, services/*/models/**, '**/features.lock', '**/model.lock']",
        Direction::MoreLoosens,
        "The files that belong to a model. A change that declares `model(NAME@VERSION)` may touch these, recorded \
               rankings and approvals, and nothing else.",
    ),
    Key::new(
        "model.rbo",
        "number from 0 to 1",
        "0.8",
        Direction::LowerLoosens,
        "The smallest mean overlap (`rbo_ext(.9)`) of old and new rankings in a segment under a declared model. A \
               retrain was measured at 0.82. It is exceeded where the mean lies below it by more than chance, at \
               `confidence` after Hoeffding.",
    ),
    Key::new(
        "model.top",
        "number from 0 to 1",
        "0.5",
        Direction::HigherLoosens,
        "The largest share of a segment's requests with another item on top under a declared model. It is exceeded \
               where the lower bound of Clopper and Pearson at `confidence` is above it.",
    ),
    Key::new(
        "model.drop",
        "number from 0 to 1",
        "0.005",
        Direction::HigherLoosens,
        "The largest fall of judged quality (NDCG at 10) under a declared model, as a share of what it was. It is exceeded \
         where the interval of the paired bootstrap lies below zero, too.",
    ),
    Key::new(
        "model.drop_segment",
        "number from 0 to 1",
        "0.01",
        Direction::HigherLoosens,
        "The same in one segment, with all segments looked at together after Holm.",
    ),
    Key::new(
        "model.bytes",
        "number",
        "2",
        Direction::HigherLoosens,
        "How many times as large as the base's the files of a declared model may be. Beyond it is a warning, beyond \
               its double an error.",
    ),
    Key::new(
        "corpora.*",
        "map of corpora by name",
        "{}",
        Direction::Joins,
        "Corpora of recorded requests whose rankings must not change unless somebody meant them to.",
    ),
    Key::new(
        "store",
        "path",
        "none",
        Direction::AnyChangeLoosens,
        "The folder, below the root and outside git, with the files that the manifests of large corpora name by their \
         digests. `--store` and the variable GATEFOLD_STORE name one elsewhere and go before it. Written by \
         `cargo xtask golden store` and `cargo xtask golden accept`.",
    ),
    Key::new(
        "corpora.*.service",
        "name",
        "none",
        Direction::AnyChangeLoosens,
        "The service, as `services` names it.",
    ),
    Key::new(
        "corpora.*.rpc",
        "package.Service/Method",
        "none",
        Direction::AnyChangeLoosens,
        "The RPC that the requests are replayed against.",
    ),
    Key::new(
        "corpora.*.requests",
        "path",
        "services/NAME/golden/requests.jsonl",
        Direction::AnyChangeLoosens,
        "The requests, one a line: `{\"id\", \"segment\", \"request\"}` with the request as proto JSON.",
    ),
    Key::new(
        "corpora.*.rankings",
        "path",
        "services/NAME/golden/rankings.jsonl",
        Direction::AnyChangeLoosens,
        "The approved rankings. Written by `cargo xtask golden accept`, or as a snapshot of insta by a test of the service. \
         The name ends in `.jsonl` or `.snap`; where one is not there, the other is read.",
    ),
    Key::new(
        "corpora.*.clock",
        "time of RFC 3339",
        "none",
        Direction::AnyChangeLoosens,
        "The time at which the service is asked: what `{clock}` stands for in `services.NAME.run`. The recording \
         names it, and one that was made at another time is stale.",
    ),
    Key::new(
        "corpora.*.seed",
        "number",
        "none",
        Direction::AnyChangeLoosens,
        "The seed under which the service is asked: what `{seed}` stands for in `services.NAME.run`. The recording \
         names it, and one that was made under another seed is stale.",
    ),
    Key::new(
        "corpora.*.items",
        "field path",
        "none",
        Direction::AnyChangeLoosens,
        "The repeated field of the response that holds the ranked items, best first. Where fields on the way are \
         repeated too, as in `shelves.items`, the items of all of them are one ranking, from the top; its scores \
         need not descend from shelf to shelf, so `descending` is false there. What no path says, an expression in \
         CEL over `response` does: `items: \"cel: response.shelves[0].items\"`.",
    ),
    Key::new(
        "corpora.*.id",
        "field path",
        "none",
        Direction::AnyChangeLoosens,
        "The identifier within an item, as a path or as an expression over `item`: `id: \"cel: item.kind + item.number\"`.",
    ),
    Key::new(
        "corpora.*.score",
        "field path",
        "none",
        Direction::AnyChangeLoosens,
        "The score within an item, as a path or as an expression over `item`.",
    ),
    Key::new(
        "corpora.*.parts",
        "field path",
        "none",
        Direction::Free,
        "The repeated field within an item that says what each stage gave to its score. It explains changed rankings \
         and decides nothing. Also an expression over `item` that gives a list.",
    ),
    Key::new(
        "corpora.*.stage",
        "field path",
        "stage",
        Direction::Free,
        "The name of the stage within one of the parts.",
    ),
    Key::new(
        "corpora.*.value",
        "field path",
        "score",
        Direction::Free,
        "What the stage gave within one of the parts. Where one stage stands more than once, it gave the sum.",
    ),
    Key::new(
        "corpora.*.model",
        "field path",
        "none",
        Direction::AnyChangeLoosens,
        "The model's version in the response. Between two models no difference of scores is noise.",
    ),
    Key::new(
        "corpora.*.degraded",
        "field path",
        "none",
        Direction::AnyChangeLoosens,
        "The repeated field of the response that lists stages that failed and were done without.",
    ),
    Key::new(
        "corpora.*.limit",
        "field path",
        "none",
        Direction::AnyChangeLoosens,
        "The field of the request that says how many items are asked for at most. No ranking may be longer.",
    ),
    Key::new(
        "corpora.*.judgments",
        "path",
        "none",
        Direction::MoreTightens,
        "What people think of items as answers to the requests, `{\"request\", \"item\", \"grade\"}` a line or TREC's qrels. \
         Under a declared model the base's judge the new rankings.",
    ),
    Key::new(
        "corpora.*.filtered",
        "field path or expression",
        "none",
        Direction::MoreTightens,
        "The identifiers in the request that no ranking may have: blocked tracks, licences that ended. A path, lists on the \
         way standing for each of their items, or `cel:` and an expression over `request`, which has the field names of \
         the proto. What is broken here no approval covers.",
    ),
    Key::new(
        "corpora.*.pinned",
        "field path or expression",
        "none",
        Direction::MoreTightens,
        "The identifiers in the request that stand on top of the ranking, in this order.",
    ),
    Key::new(
        "corpora.*.available",
        "field path or expression",
        "none",
        Direction::MoreTightens,
        "What there is to choose from: identifiers, which count once each, or a number. A ranking has as many items, or as \
         many as `limit` says.",
    ),
    Key::new(
        "corpora.*.fewest",
        "number",
        "0",
        Direction::LowerLoosens,
        "The fewest items of a ranking, unless the request asks for less with `limit`.",
    ),
    Key::new(
        "corpora.*.invariants.*",
        "expression",
        "{}",
        Direction::MoreTightens,
        "What must hold for any ranking besides, by name: an expression in CEL over `request` and `ranking` (`items` with \
         `id` and `score`, `model`, `degraded`). One that cannot be evaluated does not hold. What is the same for every item is worked \
         out once as the only entry of a list: `[request.ids.map(..)].all(ids, ranking.items.all(item, item.id in ids))`.",
    ),
    Key::new(
        "corpora.*.descending",
        "true or false",
        "true",
        Direction::FalseLoosens,
        "Whether scores must never increase down a ranking. False where a last stage reorders without changing \
         scores.",
    ),
    Key::new(
        "corpora.*.tolerance.absolute",
        "number from 0 to 1",
        "0.00001",
        Direction::HigherLoosens,
        "How far two scores may lie apart and be the same, as a share of the list's largest score, which counts as \
         at least 1. The default suits scores that are sums of 32-bit floats; use 1e-10 for 64-bit ones.",
    ),
    Key::new(
        "corpora.*.tolerance.relative",
        "number from 0 to 1",
        "0.00001",
        Direction::HigherLoosens,
        "How far two scores may lie apart beyond that, as a share of the score itself.",
    ),
    Key::new(
        "corpora.*.minimum",
        "number",
        "60",
        Direction::LowerLoosens,
        "The fewest requests that the corpus must have.",
    ),
    Key::new(
        "corpora.*.noise",
        "number from 0 to 1",
        "0",
        Direction::HigherLoosens,
        "The share of the requests that may be answered differently, beyond tolerance, from run to run of one build. \
         `golden accept` measures it in at least five runs and records how far the answers to each such request \
         differ; for those requests twice as much is no change, as the base recorded it.",
    ),
    Key::new(
        "corpora.*.deadline_ms",
        "milliseconds",
        "2000",
        Direction::HigherLoosens,
        "How long one request may take when it is replayed.",
    ),
    Key::new(
        "corpora.*.wording.item",
        "words",
        "none",
        Direction::Free,
        "What reports call one item, for instance `track`.",
    ),
    Key::new(
        "corpora.*.wording.segments.*",
        "words",
        "NAME viewers",
        Direction::Free,
        "What reports call the people of a segment, for instance `new viewers` for `cold-start`.",
    ),
    Key::new(
        "corpora.*.candidates",
        "field path",
        "none",
        Direction::AnyChangeLoosens,
        "The identifiers of the candidates in the request, for the hazards `duplicates` and `more-than-k`.",
    ),
    Key::new(
        "corpora.*.segments.*",
        "number",
        "none",
        Direction::LowerLoosens,
        "The fewest requests of a segment that the corpus must have.",
    ),
    Key::new(
        "corpora.*.hazards.*",
        "map of hazards by name",
        "{}",
        Direction::MoreTightens,
        "What makes rankings go wrong, of which the corpus must have requests: exactly one of `is`, `when`, `listed` \
         says which requests hold it, or `not_applicable` why none can.",
    ),
    Key::new(
        "corpora.*.hazards.*.is",
        "ties, near-ties, duplicates or more-than-k",
        "none",
        Direction::AnyChangeLoosens,
        "The guard computes it: two neighbours of the recorded ranking have the same score, or one within the \
         tolerance; an identifier stands twice among the candidates; there are more of them than are asked for.",
    ),
    Key::new(
        "corpora.*.hazards.*.when",
        "CEL expression",
        "none",
        Direction::AnyChangeLoosens,
        "Holds for the requests that hold it, over `request` (proto JSON), `id`, `segment` and `ranking` \
         (`{status, model, degraded, items: [{id, score}]}` as recorded). One that holds for every request is a \
         finding.",
    ),
    Key::new(
        "corpora.*.hazards.*.listed",
        "name",
        "none",
        Direction::AnyChangeLoosens,
        "The manifest names the requests that hold it under this name. For what only the service's own tests can \
         check, for instance that features are missing.",
    ),
    Key::new(
        "corpora.*.hazards.*.not_applicable",
        "reason",
        "none",
        Direction::AnyChangeLoosens,
        "Why no request can hold it.",
    ),
    Key::new(
        "corpora.*.hazards.*.minimum",
        "number",
        "1",
        Direction::LowerLoosens,
        "The fewest requests that must hold it.",
    ),
    Key::new(
        "corpora.*.manifest",
        "path",
        "services/NAME/golden/coverage.json",
        Direction::AnyChangeLoosens,
        "The manifest of `listed` hazards: a JSON object of lists of request ids by hazard.",
    ),
    Key::new(
        "mutants.*.code",
        "list of paths",
        "the service's crate and those it depends on",
        Direction::Free,
        "What `cargo xtask golden mutate` edits: folders with the code that ranks, and files of configuration whose \
         numbers are weights.",
    ),
    Key::new(
        "mutants.*.excused",
        "path",
        "services/NAME/golden/mutants.yaml",
        Direction::Free,
        "The mutants that are not seen, each with its reason: `equivalent` ones, which change nothing that a ranking \
         shows, and `unseen` ones, for which the corpus has no request.",
    ),
];
