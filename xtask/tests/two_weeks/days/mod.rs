//! The ten days, in order: what is merged on one stands on all that follow.

mod day_01;
mod day_02;
mod day_03;
mod day_04;
mod day_05;
mod day_06;
mod day_07;
mod day_08;
mod day_09;
mod day_10;

use crate::request::Request;

/// What is asked for, day by day.
pub(crate) const ALL: &[&[Request]] = &[
    day_01::REQUESTS,
    day_02::REQUESTS,
    day_03::REQUESTS,
    day_04::REQUESTS,
    day_05::REQUESTS,
    day_06::REQUESTS,
    day_07::REQUESTS,
    day_08::REQUESTS,
    day_09::REQUESTS,
    day_10::REQUESTS,
];
