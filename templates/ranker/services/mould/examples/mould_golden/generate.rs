//! Golden requests out of the committed data: every hazard for a viewer of every segment, always the same.
use std::collections::BTreeMap;
use std::error::Error;
use std::path::Path;
use std::time::{Duration, SystemTime};

use catalogue::{Profile, Track, schemas, viewer};
use features::{Entity, read_folder};
use serde_json::{Value, json};
use stages::deal;

/// The time at which golden requests are ranked, 2026-11-20T12:00:00Z, in seconds since 1970.
const NOON: u64 = 1_795_176_000;
const SEGMENTS: [&str; 4] = ["casual", "cold-start", "family", "heavy"];

/// The files of the corpus.
pub(crate) struct Generated {
    /// One request a line.
    pub(crate) requests: String,
    /// The requests that hold a hazard, by hazard.
    pub(crate) coverage: String,
}

/// What is in the data, by what it is good for.
struct World {
    /// Tracks that may be ranked for anybody, of which all is known that is scored.
    plain: Vec<String>,
    /// Groups of tracks that no scorer tells apart.
    twins: Vec<Vec<String>>,
    explicit: Vec<String>,
    /// Tracks whose plays nobody knows, or knows of old.
    unplayed: Vec<String>,
    viewers: BTreeMap<String, Vec<(String, Profile)>>,
}

/// A candidate: a track and its relevance.
type Candidate = (String, f64);

/// A hazard as a request.
struct Scene {
    hazard: &'static str,
    candidates: Vec<Candidate>,
    limit: u32,
    no_explicit: bool,
}

/// Writes the requests for the data in a folder.
pub(crate) fn generate(data: &Path) -> Result<Generated, Box<dyn Error>> {
    let world = World::read(data)?;
    let (mut requests, mut coverage) = (String::new(), BTreeMap::<&str, Vec<String>>::new());
    for segment in SEGMENTS {
        let viewers = &world.viewers[segment];
        let hazards = scenes(&world, segment, &viewers[0].1).len();
        for number in 0..hazards {
            // Another viewer for each hazard, so that both arms of an experiment are met.
            let (viewer_id, profile) = &viewers[number * 3 % viewers.len()];
            let scene = scenes(&world, segment, profile).swap_remove(number);
            let id = format!("{segment}/{:03}", number + 1);
            let line = json!({ "id": id, "segment": segment, "request": request(&id, viewer_id, &scene) });
            requests.push_str(&line.to_string());
            requests.push('\n');
            if segment == "cold-start" {
                coverage.entry("cold-start").or_default().push(id.clone());
            }
            coverage.entry(scene.hazard).or_default().push(id);
        }
    }
    let coverage = serde_json::to_string_pretty(&coverage)? + "\n";
    Ok(Generated { requests, coverage })
}

fn request(id: &str, viewer_id: &str, scene: &Scene) -> Value {
    let mut viewer = json!({ "viewerId": viewer_id });
    if scene.no_explicit {
        viewer["contentFilter"] = json!("CONTENT_FILTER_NO_EXPLICIT");
    }
    let candidate = |(id, relevance): &Candidate| json!({ "trackId": id, "relevance": relevance });
    json!({
        "requestId": format!("golden:{id}"),
        "viewer": viewer,
        "candidates": scene.candidates.iter().map(candidate).collect::<Vec<_>>(),
        "limit": scene.limit,
    })
}

/// All hazards for a viewer.
fn scenes(world: &World, segment: &str, profile: &Profile) -> Vec<Scene> {
    let plain = |count, seed| spread(pick(&world.plain, profile, count, seed, segment));
    let scene = |hazard, candidates, limit| Scene { hazard, candidates, limit, no_explicit: false };
    let (twins, tied) = (tied(&world.twins, profile, segment), 0.5);
    let twin_list = |count: usize| twins.iter().take(count).map(|id| (id.clone(), tied)).collect::<Vec<_>>();
    let unknown = |count: usize| (0..count).map(|n| (format!("trk-new-{n:02}"), tied)).collect::<Vec<_>>();

    let mut tie_at_the_cut = twin_list(2);
    tie_at_the_cut.reverse();
    // Twins whose relevance differs by less than any change of a weight would.
    let near = twins.iter().enumerate().map(|(number, id)| (id.clone(), 0.9 + 1e-9 * number as f64));
    let near_ties = near.chain(plain(24, 8)).collect();
    let duplicates = {
        let list = plain(30, 6);
        let again = list.iter().take(10).map(|(id, relevance)| (id.clone(), (1.0 - relevance).max(0.0)));
        let again: Vec<_> = again.collect();
        [list, again].concat()
    };
    let heard: Vec<_> = profile.resting.iter().take(8).map(|id| (id.clone(), 0.7)).collect();
    let mut unplayed = spread(pick(&world.unplayed, profile, 12, 9, segment));
    unplayed.extend(plain(20, 9));
    let mut explicit = spread(pick(&world.explicit, profile, 10, 10, segment));
    explicit.extend(plain(20, 10));
    let mut unordered = twin_list(twins.len());
    unordered.reverse();
    unordered.extend(plain(21, 12));
    vec![
        scene("plain", plain(25, 0), 10),
        scene("plain", plain(40, 1), 20),
        scene("more-than-k", plain(100, 2), 21),
        scene("large", plain(500, 3), 100),
        scene("fewer-than-k", plain(7, 4), 50),
        scene("single", plain(1, 5), 10),
        scene("empty", Vec::new(), 10),
        scene("duplicates", duplicates, 40),
        scene("ties-unordered", unordered, 60),
        scene("tie-at-the-cut", tie_at_the_cut, 1),
        scene("near-ties", near_ties, 30),
        scene("missing-features", unplayed, 40),
        scene("unknown-tracks", [unknown(6), plain(20, 11)].concat(), 30),
        Scene { hazard: "explicit", candidates: explicit, limit: 40, no_explicit: segment != "family" },
        scene("heard", [heard, plain(20, 13)].concat(), 30),
        scene("distinct", plain(60, 14), 60),
    ]
}

/// So many of the tracks, none of which the viewer has just heard.
fn pick(tracks: &[String], profile: &Profile, count: usize, seed: u64, segment: &str) -> Vec<String> {
    let fresh: Vec<_> = tracks.iter().filter(|id| !profile.resting.contains(*id)).cloned().collect();
    deal(fresh, count, seed, segment, 0)
}

/// The first twins that the viewer has not just heard: at least two of a kind.
fn tied(groups: &[Vec<String>], profile: &Profile, segment: &str) -> Vec<String> {
    let place = SEGMENTS.iter().position(|one| *one == segment).unwrap_or_default();
    let fresh = groups.iter().filter(|group| group.iter().all(|id| !profile.resting.contains(id)));
    fresh.cycle().nth(place).cloned().unwrap_or_default()
}

/// Gives each track another relevance.
fn spread(tracks: Vec<String>) -> Vec<Candidate> {
    let relevance = |number: usize| ((number * 389 + 17) % 997) as f64 / 1_000.0;
    tracks.into_iter().enumerate().map(|(number, id)| (id, relevance(number))).collect()
}

impl World {
    fn read(data: &Path) -> Result<Self, Box<dyn Error>> {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(NOON);
        let (mut plain, mut explicit, mut unplayed) = (Vec::new(), Vec::new(), Vec::new());
        let mut alike: BTreeMap<(u64, u64), Vec<String>> = BTreeMap::new();
        let mut viewers: BTreeMap<String, Vec<(String, Profile)>> = BTreeMap::new();
        for (key, record) in read_folder(data, &schemas())? {
            match key.entity {
                Entity::Track => {
                    let Track { plays, age_days, explicit: marked, .. } = Track::read(&record, now);
                    match (plays, age_days, marked) {
                        (_, _, Some(true)) => explicit.push(key.id),
                        (Some(plays), Some(age), Some(false)) => {
                            alike.entry((plays.to_bits(), age.to_bits())).or_default().push(key.id);
                        }
                        (None, _, Some(false)) => unplayed.push(key.id),
                        _ => {}
                    }
                }
                Entity::Viewer => {
                    if let Some(segment) = viewer::SEGMENT.read(&record, now) {
                        viewers.entry(segment).or_default().push((key.id, Profile::read(&record, now)));
                    }
                }
                _ => {}
            }
        }
        // Every other new viewer is so new that there is no record yet.
        let strangers = (0..8).map(|number| (format!("vwr-new-{number}"), Profile::default()));
        viewers.entry("cold-start".to_owned()).or_default().splice(1..1, strangers);
        let (twins, single): (Vec<_>, Vec<_>) = alike.into_values().partition(|group| group.len() > 1);
        plain.extend(single.into_iter().flatten());
        plain.sort();
        Ok(Self { plain, twins, explicit, unplayed, viewers })
    }
}
