//! Servers that others wrote.
