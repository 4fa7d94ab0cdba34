//! `init` by the real binary: put in, put in again and taken out, over real workspaces and over what people have in theirs.

mod approvers;
mod gitlab;
mod kept;
mod places;
mod real;
mod repository;
mod second;
mod spaces;
