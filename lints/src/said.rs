//! What a file says to the others, gathered while the walk is in it.

use findings::Finding;
use serde::{Deserialize, Serialize};

use crate::site::Site;
use crate::walk::Node;
use crate::{ambient, deadlines, kinds, orders};

/// What one file says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Said {
    pub(crate) ambient: ambient::Said,
    pub(crate) deadlines: deadlines::Said,
    pub(crate) kinds: kinds::Said,
    pub(crate) orders: orders::Said,
}

/// Gathers it.
#[derive(Default)]
pub(crate) struct Gathered {
    ambient: ambient::Gathered,
    deadlines: deadlines::Gathered,
    kinds: kinds::Gathered,
    orders: orders::Gathered,
}

impl Gathered {
    /// Looks at a node outside of tests, and at what was found there.
    pub(crate) fn see(&mut self, node: &Node<'_>, site: &Site<'_>, found: &[Finding]) {
        self.ambient.see(node, site);
        self.deadlines.see(node, site, found);
        self.kinds.see(node, site, found);
        self.orders.see(node, site);
    }

    pub(crate) fn said(self) -> Said {
        let Gathered { ambient, deadlines, kinds, orders } = self;
        Said {
            ambient: ambient.said(),
            deadlines: deadlines.said(),
            kinds: kinds.said(),
            orders: orders.said(),
        }
    }
}
