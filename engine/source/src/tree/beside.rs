//! One thing of each type, handed on with what it is beside.

use std::any::Any;
use std::sync::Arc;

#[derive(Clone, Default)]
pub(super) struct Beside(Vec<Arc<dyn Any + Send + Sync>>);

impl Beside {
    pub(super) fn with<T: Any + Send + Sync>(self, thing: T) -> Self {
        let mut others = self.without::<T>();
        others.0.push(Arc::new(thing));
        others
    }

    pub(super) fn without<T: Any>(&self) -> Self {
        Beside(self.0.iter().filter(|thing| !thing.as_ref().is::<T>()).cloned().collect())
    }

    pub(super) fn get<T: Any>(&self) -> Option<&T> {
        self.0.iter().find_map(|thing| thing.as_ref().downcast_ref())
    }
}
