//! Expressions over messages: names of enums become their numbers, paths of fields are held against descriptors, and
//! what can never be equal is not compared.

use std::collections::BTreeSet;

use cel::common::ast::operators::{
    ADD, CONDITIONAL, DIVIDE, EQUALS, GREATER, GREATER_EQUALS, IN, INDEX, LESS, LESS_EQUALS, MODULO,
    MULTIPLY, NEGATE, NOT_EQUALS, SUBSTRACT,
};
use cel::common::ast::{CallExpr, ComprehensionExpr, EntryExpr, Expr, LiteralValue};
use cel::common::types::{CelInt, CelString};
use cel::parser::Expression as Tree;

use crate::types::{Scope, Type};
use crate::words::HAS;

/// Gives back the type of an expression and the fields that it looks at, and puts constants and `has` in their place.
pub(crate) fn check(tree: &mut Tree, scope: &Scope<'_>) -> Result<(Type, BTreeSet<String>), String> {
    let mut checker = Checker { scope, bound: Vec::new(), fields: BTreeSet::new() };
    let found = checker.of(tree)?;
    Ok((found, checker.fields))
}

struct Checker<'a> {
    scope: &'a Scope<'a>,
    /// Variables of the macros around the place.
    bound: Vec<(String, Type)>,
    fields: BTreeSet<String>,
}

impl Checker<'_> {
    fn of(&mut self, tree: &mut Tree) -> Result<Type, String> {
        if let Some(number) = self.constant(tree) {
            tree.expr = Expr::Literal(LiteralValue::Int(CelInt::from(i64::from(number))));
            return Ok(Type::Int);
        }
        match &mut tree.expr {
            Expr::Unspecified | Expr::Struct(_) => Ok(Type::Any),
            Expr::Literal(literal) => Ok(of_literal(literal)),
            Expr::Ident(name) => Ok(self.variable(name).cloned().unwrap_or(Type::Any)),
            Expr::Select(select) => {
                let of = self.of(&mut select.operand)?;
                let found = self.field(&of, &select.field)?;
                if !select.test {
                    return Ok(found);
                }
                let name = LiteralValue::String(CelString::from(std::mem::take(&mut select.field)));
                let name = Tree { id: tree.id, expr: Expr::Literal(name) };
                let args = vec![std::mem::take(&mut *select.operand), name];
                tree.expr = Expr::Call(CallExpr { func_name: HAS.to_owned(), target: None, args });
                Ok(Type::Bool)
            }
            Expr::Call(call) => self.of_call(call),
            Expr::List(list) => {
                let mut item = Type::Any;
                for (index, element) in list.elements.iter_mut().enumerate() {
                    let of = self.of(element)?;
                    item = if index == 0 { of } else { common(item, of) };
                }
                Ok(Type::List(Box::new(item)))
            }
            Expr::Map(map) => {
                let mut value = Type::Any;
                for (index, entry) in map.entries.iter_mut().enumerate() {
                    if let EntryExpr::MapEntry(entry) = &mut entry.expr {
                        self.of(&mut entry.key)?;
                        let of = self.of(&mut entry.value)?;
                        value = if index == 0 { of } else { common(value, of) };
                    }
                }
                Ok(Type::Map(Box::new(value)))
            }
            Expr::Comprehension(comprehension) => self.of_comprehension(comprehension),
        }
    }

    fn variable(&self, name: &str) -> Option<&Type> {
        let bound = self.bound.iter().rev().find(|(bound, _)| bound == name).map(|(_, of)| of);
        let known = || self.scope.variables.iter().find(|(known, _)| *known == name).map(|(_, of)| of);
        bound.or_else(known)
    }

    /// The number of the enum's value that a path names, from the innermost package outwards.
    fn constant(&self, tree: &Tree) -> Option<i32> {
        let path = path_of(tree)?;
        let (name, value) = path.rsplit_once('.')?;
        if self.variable(name.split('.').next()?).is_some() {
            return None;
        }
        let mut package = Some(self.scope.package);
        while let Some(within) = package {
            let full = if within.is_empty() { name.to_owned() } else { format!("{within}.{name}") };
            if let Some(found) = self.scope.pool.get_enum_by_name(&full) {
                return found.get_value_by_name(value).map(|value| value.number());
            }
            let outer = within.rsplit_once('.').map_or("", |(outer, _)| outer);
            package = (!within.is_empty()).then_some(outer);
        }
        None
    }

    fn field(&mut self, of: &Type, name: &str) -> Result<Type, String> {
        match of {
            Type::Any => Ok(Type::Any),
            Type::Map(value) => Ok((**value).clone()),
            Type::Message(message) => {
                let Some(field) = message.get_field_by_name(name) else {
                    let meant = message.get_field_by_json_name(name);
                    let meant = meant.map_or_else(String::new, |field| {
                        format!("; fields have their names of the proto, `{}`", field.name())
                    });
                    return Err(format!(
                        "asks for `{name}`, a field that `{}` does not have{meant}",
                        message.full_name()
                    ));
                };
                self.fields.insert(field.full_name().to_owned());
                Ok(Type::of_field(&field))
            }
            other => Err(format!("asks {other} for a field `{name}`")),
        }
    }

    fn of_call(&mut self, call: &mut CallExpr) -> Result<Type, String> {
        let mut of = Vec::with_capacity(call.args.len() + 1);
        for tree in call.target.iter_mut().map(|target| &mut **target).chain(&mut call.args) {
            of.push(self.of(tree)?);
        }
        match (call.func_name.as_str(), of.as_slice()) {
            (EQUALS | NOT_EQUALS, [one, other]) => {
                // A message that is not set is never null: it has its defaults.
                match one.can_equal(other) {
                    true => Ok(Type::Bool),
                    false => {
                        Err(format!("compares {one} with {other}, which are never equal{}", hint(one, other)))
                    }
                }
            }
            (LESS | LESS_EQUALS | GREATER | GREATER_EQUALS, [one, other]) => {
                let ordered =
                    |of: &Type| !matches!(of, Type::Message(_) | Type::List(_) | Type::Map(_) | Type::Null);
                match one.can_equal(other) && ordered(one) && ordered(other) {
                    true => Ok(Type::Bool),
                    false => {
                        Err(format!("compares {one} with {other}, which have no order{}", hint(one, other)))
                    }
                }
            }
            (IN, [one, Type::List(item)]) if !one.can_equal(item) => {
                Err(format!("looks for {one} in a list that holds something else: {item}{}", hint(one, item)))
            }
            (
                IN,
                [
                    _,
                    list @ (Type::Message(_)
                    | Type::Text
                    | Type::Int
                    | Type::Uint
                    | Type::Double
                    | Type::Bool),
                ],
            ) => Err(format!("looks into {list}, which is no list and no map")),
            (ADD | SUBSTRACT | MULTIPLY | DIVIDE | MODULO, [one, other]) => {
                match one.is_number() && other.is_number() && one != other {
                    true => Err(format!(
                        "calculates with {one} and {other}; convert one of them, as in `double(..)`"
                    )),
                    false => Ok(one.clone().or(other.clone())),
                }
            }
            (CONDITIONAL, [_, one, other]) => Ok(one.clone().or(other.clone())),
            (INDEX, [Type::List(item), _]) => Ok((**item).clone()),
            (INDEX, [Type::Map(value), _]) => Ok((**value).clone()),
            (INDEX, [of @ (Type::Message(_) | Type::Text), _]) => Err(format!("asks {of} for an item")),
            (NEGATE, [of]) => Ok(of.clone()),
            ("isFinite", [of]) if !of.is_number() && *of != Type::Any => {
                Err(format!("asks whether {of} is finite"))
            }
            ("size", [of @ (Type::Message(_) | Type::Bool | Type::Int | Type::Uint | Type::Double)]) => {
                Err(format!("asks {of} for its size"))
            }
            (CONDITIONAL | INDEX | "type" | "@not_strictly_false", _) => Ok(Type::Any),
            ("int" | "size", _) => Ok(Type::Int),
            ("uint", _) => Ok(Type::Uint),
            ("double", _) => Ok(Type::Double),
            ("string", _) => Ok(Type::Text),
            _ => Ok(Type::Bool),
        }
    }

    fn of_comprehension(&mut self, comprehension: &mut ComprehensionExpr) -> Result<Type, String> {
        let (key, value) = match self.of(&mut comprehension.iter_range)? {
            Type::Any => (Type::Any, Type::Any),
            Type::List(item) => (Type::Int, *item),
            Type::Map(value) => (Type::Any, *value),
            other => return Err(format!("walks {other}, which is no list and no map")),
        };
        let is_map = key == Type::Any;
        let collected = self.of(&mut comprehension.accu_init)?;
        let outside = self.bound.len();
        match &comprehension.iter_var2 {
            Some(second) => {
                self.bound.push((comprehension.iter_var.clone(), key));
                self.bound.push((second.clone(), value));
            }
            None => {
                let item = if is_map { Type::Any } else { value };
                self.bound.push((comprehension.iter_var.clone(), item));
            }
        }
        self.bound.push((comprehension.accu_var.clone(), collected.clone()));
        self.of(&mut comprehension.loop_cond)?;
        let step = self.of(&mut comprehension.loop_step)?;
        self.bound.push((comprehension.accu_var.clone(), collected.or(step)));
        let result = self.of(&mut comprehension.result)?;
        self.bound.truncate(outside);
        Ok(result)
    }
}

/// The type of what is in a list or a map of several.
fn common(one: Type, other: Type) -> Type {
    if one == other { one } else { Type::Any }
}

/// What people mean who compare an enum with the name of its value.
fn hint(one: &Type, other: &Type) -> &'static str {
    match (one, other) {
        (Type::Int, Type::Text) | (Type::Text, Type::Int) => {
            "; the value of an enum is named as in `Kind.KIND_A`"
        }
        _ => "",
    }
}

fn of_literal(literal: &LiteralValue) -> Type {
    match literal {
        LiteralValue::Boolean(_) => Type::Bool,
        LiteralValue::Bytes(_) => Type::Bytes,
        LiteralValue::Double(_) => Type::Double,
        LiteralValue::Int(_) => Type::Int,
        LiteralValue::Null => Type::Null,
        LiteralValue::String(_) => Type::Text,
        LiteralValue::UInt(_) => Type::Uint,
    }
}

/// A path of names and nothing else, as it is written.
fn path_of(tree: &Tree) -> Option<String> {
    match &tree.expr {
        Expr::Ident(name) => Some(name.clone()),
        Expr::Select(select) if !select.test => {
            Some(format!("{}.{}", path_of(&select.operand)?, select.field))
        }
        _ => None,
    }
}
