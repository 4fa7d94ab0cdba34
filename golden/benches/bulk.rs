//! How long it takes to load and compare recordings of 1,000,000 lists of 50 items, 5 percent of them changed.
//!
//! `GATEFOLD_BENCH_LISTS` sets another number of lists. Each bench runs on one core.

use std::sync::OnceLock;

use divan::counter::ItemsCount;
use golden::bulk::{About, Block, Manifest, Reader, Store, Translation, Writer};
use golden::measures::{self, Kernel};
use golden::{Entry, Item, Ranking, Recording, Tolerance, check_static_with, compare};
use source::{Change, Tree};

/// How many items there are to rank.
const CATALOGUE: u64 = 200_000;

/// How many lists of text there are beside: as many as a file of text may have.
const TEXT: usize = 19_999;

fn main() {
    divan::main();
}

fn lists() -> usize {
    std::env::var("GATEFOLD_BENCH_LISTS").ok().and_then(|lists| lists.parse().ok()).unwrap_or(1_000_000)
}

fn ranking(list: usize, head: bool) -> Ranking {
    let place = |rank: u64| (list as u64 * 977 + rank * 3_331) % CATALOGUE;
    let score = |rank: u64| 1.0 / (1.0 + rank as f64 + (list % 97) as f64 / 100.0);
    let mut items: Vec<Item> =
        (0..50).map(|rank| Item::new(format!("track-{:016}", place(rank)), score(rank))).collect();
    if head && list.is_multiple_of(20) {
        let item = items.remove(1);
        items.insert(8, item);
    }
    Ranking { status: "OK".to_owned(), items, ..Ranking::default() }
}

struct Depot {
    _folder: tempfile::TempDir,
    store: Store,
    manifests: [Manifest; 2],
}

fn depot() -> &'static Depot {
    static DEPOT: OnceLock<Depot> = OnceLock::new();
    DEPOT.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let store = Store::at(folder.path());
        let manifests = [false, true].map(|head| {
            let [corpus, service, rpc, requests] =
                ["queue", "queue", "r.v1.Queue/Rank", "0a"].map(str::to_owned);
            let about = About { corpus, service, rpc, requests, clock: None, seed: None };
            let mut writer = Writer::new(&store, about).expect("a writer");
            for list in 0..lists() {
                writer.push(&format!("r{list:08}"), "home", &ranking(list, head)).expect("a ranking");
            }
            writer.finish().expect("a manifest")
        });
        Depot { _folder: folder, store, manifests }
    })
}

struct Loaded {
    reader: Reader,
    blocks: Vec<Block>,
}

fn load(side: usize) -> Loaded {
    let depot = depot();
    let mut reader = Reader::open(&depot.store, depot.manifests[side].clone()).expect("a reader");
    let blocks = (0..reader.blocks()).map(|index| reader.block(index).expect("a block")).collect();
    Loaded { reader, blocks }
}

fn sides() -> &'static [Loaded; 2] {
    static SIDES: OnceLock<[Loaded; 2]> = OnceLock::new();
    SIDES.get_or_init(|| [load(0), load(1)])
}

/// The lists that differ, as both blocks with the place in them.
fn differing<'a>(base: &'a Loaded, head: &'a Loaded) -> impl Iterator<Item = (&'a Block, &'a Block, usize)> {
    let translation = Translation::between(&head.reader, &base.reader);
    base.blocks.iter().zip(&head.blocks).flat_map(move |(before, after)| {
        let different: Vec<usize> =
            (0..after.len()).filter(|list| !translation.same(after, *list, before, *list)).collect();
        different.into_iter().map(move |list| (before, after, list))
    })
}

#[divan::bench(sample_count = 11, sample_size = 1)]
fn exactly(bencher: divan::Bencher<'_, '_>) {
    let [base, head] = sides();
    bencher.counter(ItemsCount::new(lists())).bench_local(|| differing(base, head).count());
}

/// Every measure between two lists that reports show, and the others of two rankings.
#[divan::bench(sample_count = 11, sample_size = 1)]
fn with_all_measures_on_the_changed(bencher: divan::Bencher<'_, '_>) {
    let [base, head] = sides();
    bencher.counter(ItemsCount::new(lists())).bench_local(|| {
        let mut kernel = Kernel::default();
        let mut sums = [0.0; 8];
        for (before, after, list) in differing(base, head) {
            let pair = kernel.scored_pair(
                (before.items(list), before.scores(list)),
                (after.items(list), after.scores(list)),
            );
            let measured = [
                Some(measures::rbo_extrapolated(pair, 0.9)),
                Some(measures::jaccard_at(pair, 10)),
                Some(measures::overlap_at(pair, 10)),
                measures::tau_b_common(pair),
                measures::tau_ap_symmetric(pair),
                measures::weighted_tau_common(pair),
                measures::fagin_footrule(pair),
                measures::spearman_rho(pair),
            ];
            for (sum, value) in sums.iter_mut().zip(measured) {
                *sum += value.unwrap_or_default();
            }
        }
        sums
    });
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn load_one_side(bencher: divan::Bencher<'_, '_>) {
    depot();
    bencher.counter(ItemsCount::new(lists())).bench_local(|| load(0).blocks.len());
}

/// What the gate does where two manifests differ: from the files to findings, in bounded memory.
#[divan::bench(sample_count = 3, sample_size = 1)]
fn static_tier(bencher: divan::Bencher<'_, '_>) {
    let depot = depot();
    let tree = |manifest: &Manifest| {
        let requests: String =
            (0..1).map(|_| r#"{"id":"a","segment":"s","request":{}}"#.to_owned() + "\n").collect();
        Tree::from_memory([
            ("services/queue/golden/requests.jsonl", requests),
            ("services/queue/golden/rankings.jsonl", manifest.to_text()),
        ])
    };
    let change = Change::of_trees(Some(tree(&depot.manifests[0])), tree(&depot.manifests[1]));
    let policy = "corpora: {queue: {rpc: r.v1.Queue/Rank, items: items, id: id, score: score}}";
    let policy: golden::Policy = policy::yaml("gatefold.yaml", policy).expect("a policy");
    bencher.counter(ItemsCount::new(lists())).bench_local(|| {
        let checked =
            check_static_with(&change, &policy, &depot.store, &|finding| vec![false; finding.deltas.len()]);
        assert!(checked.findings.iter().any(|finding| finding.rule.id == "ranking-changed"));
    });
}

/// The same lists as text, as many as a file of text may have: reading one side, and comparing both.
#[divan::bench(sample_count = 5, sample_size = 1)]
fn text_beside(bencher: divan::Bencher<'_, '_>) {
    let count = lists().min(TEXT);
    let text = |head: bool| {
        let entry = |list: usize| Entry {
            id: format!("r{list:08}"),
            segment: "home".to_owned(),
            ranking: ranking(list, head),
            noise: None,
            line: 0,
        };
        Recording {
            entries: (0..count).map(entry).collect(),
            service: "s".into(),
            rpc: "r".into(),
            requests: "0".into(),
            ..Recording::default()
        }
        .to_text()
    };
    let [base, head] = [text(false), text(true)];
    bencher.counter(ItemsCount::new(count)).bench_local(|| {
        let [base, head] = [&base, &head].map(|text| Recording::parse(text).expect("a recording"));
        let tolerance = Tolerance::default();
        let pairs = base.entries.iter().zip(&head.entries);
        pairs.filter(|(a, b)| compare(&a.ranking, &b.ranking, &tolerance).class.is_change()).count()
    });
}
