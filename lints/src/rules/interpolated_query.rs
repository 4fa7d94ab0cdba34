//! Values that are written into the text of a query.

use findings::{Finding, rule};
use syn::{Expr, Type};

use crate::calls::{Call, chain, peel, variable};
use crate::texts::{Hole, held, holes};
use crate::types::{head_name, type_of};
use crate::words::has_word;
use crate::{Check, Lint, Node, Site};

rule! {
    /// A query whose text is put together with a value in it, by `format!` or `+`: `sqlx::query` and its family,
    /// `diesel::sql_query`, `sea_orm`'s `Statement::from_string`, and `query` and `execute` of the Postgres, SQLite and
    /// ClickHouse clients.
    ///
    /// Only where a value belongs: behind `=`, `<`, `>`, `LIKE`, `LIMIT`, within quotes, in a list of `IN` or `VALUES`. Names of tables and
    /// columns cannot be bound and are left alone, and so are constants, numbers, and lists of placeholders.
    ///
    /// It advises: a text that is put together over several statements is not followed.
    ///
    /// ## Why it hurts
    /// What the viewer typed becomes part of the command. One request reads the data of all viewers, or deletes it;
    /// and the database, which sees a new text each time, plans every query anew.
    ///
    /// ## Example
    /// ```bad
    /// use sqlx::query as ask;
    ///
    /// async fn find(pool: &PgPool, name: &str, id: String) -> Result<Rows> {
    ///     let found = sqlx::query(&format!("SELECT * FROM tracks WHERE name = '{name}'")).fetch_all(pool).await?; //~
    ///     let text = format!("SELECT * FROM tracks WHERE id = {} LIMIT 5", id);
    ///     let other = ask(&text).fetch_all(pool).await?; //~
    ///     let summed = sqlx::query_as::<_, Track>(&("DELETE FROM tracks WHERE id = ".to_owned() + &id)); //~
    ///     let raw = diesel::sql_query(format!("SELECT 1 FROM tracks WHERE name LIKE '%{}%'", name)); //~
    ///     tokio::try_join!(sqlx::query(AssertSqlSafe(format!("UPDATE t SET n = '{}'", name))).execute(pool))?; //~
    ///     let later = || sqlx::raw_sql(format!("INSERT INTO t VALUES ('{}', 1)", name)); //~
    ///     Rows::of(found, other, summed, raw, later)
    /// }
    /// ```
    ///
    /// ## Instead
    /// ```good
    /// async fn find(pool: &PgPool, name: &str, table: &str, limit: u32) -> Result<Rows> {
    ///     let found = sqlx::query("SELECT * FROM tracks WHERE name = $1").bind(name).fetch_all(pool).await?;
    ///     let named = sqlx::query(&format!("SELECT * FROM {table} WHERE id = $1")).bind(name).fetch_all(pool).await?;
    ///     let few = sqlx::query(&format!("SELECT * FROM tracks LIMIT {limit}")).fetch_all(pool).await?;
    ///     let fixed = sqlx::query(&format!("SELECT * FROM tracks WHERE kind = {KIND_TRACK}")).fetch_all(pool).await?;
    ///     let placeholders = vec!["?"; 3].join(",");
    ///     let many = sqlx::query(&format!("SELECT * FROM tracks WHERE id IN ({placeholders})")).fetch_all(pool).await?;
    ///     Rows::of(found, named, few, fixed, many)
    /// }
    /// ```
    pub static INTERPOLATED_QUERY = {
        id: "interpolated-query",
        guard: "lints",
        group: "security",
        level: Warning,
        summary: "finds values that are written into the text of a query",
    };
}

pub(super) static LINT: Lint = Lint { rule: &INTERPOLATED_QUERY, check: Check::Syntax(check) };

const FUNCTIONS: &[&str] = &[
    "query",
    "query_as",
    "query_scalar",
    "query_with",
    "query_as_with",
    "query_scalar_with",
    "raw_sql",
    "sql_query",
    "from_string",
    "from_sql_and_values",
];

const METHODS: &[&str] = &[
    "query",
    "query_one",
    "query_opt",
    "query_row",
    "query_map",
    "execute",
    "batch_execute",
    "prepare",
    "execute_batch",
];

const CRATES: &[&str] = &[
    "sqlx",
    "sqlx_core",
    "diesel",
    "sea_orm",
    "sea_query",
    "rusqlite",
    "tokio_postgres",
    "postgres",
    "mysql",
    "mysql_async",
];

/// What a database is called where only the name of a type says it.
const CONNECTIONS: &[&str] = &[
    "Connection",
    "PgConnection",
    "SqliteConnection",
    "MySqlConnection",
    "PgPool",
    "Transaction",
    "DatabaseConnection",
    "PooledConn",
    "Session",
];

fn check(node: &Node<'_>, site: &Site<'_>, findings: &mut Vec<Finding>) {
    let Node::Call(call) = node else { return };
    let Some(text) = query(call, site) else { return };
    let Some(hole) =
        holes(text, site).into_iter().find(|hole| is_value(hole) && !is_harmless(&hole.value, site))
    else {
        return;
    };
    let value = crate::texts::shown(&hole.value);
    findings.push(
        site.finding(
            &INTERPOLATED_QUERY,
            call.expr,
            format!("`{value}` is written into the text of this query"),
        )
        .help("bind it: put `$1` or `?` in its place and pass the value with `.bind(..)`"),
    );
}

/// The text of a query, where the call is one.
fn query<'a>(call: &Call<'a>, site: &Site<'_>) -> Option<&'a Expr> {
    match call.expr {
        Expr::Call(written) => {
            let (module, function) = call.path.as_deref()?.rsplit_once("::")?;
            let krate = module.split("::").next()?;
            if !FUNCTIONS.contains(&function) || !CRATES.contains(&krate) {
                return None;
            }
            // The backend stands in front of the text.
            let at = usize::from(function == "from_string" && written.args.len() > 1);
            written.args.iter().nth(at)
        }
        Expr::MethodCall(written) if METHODS.iter().any(|method| call.name == method) => {
            let ty = type_of(&written.receiver, site)?;
            let path = crate::types::head(&ty, site)?;
            let krate = path.split("::").next()?;
            let name = head_name(&ty, site)?;
            (CRATES.contains(&krate) || CONNECTIONS.contains(&name.as_str())).then(|| written.args.first())?
        }
        _ => None,
    }
}

/// Whether a hole stands where a value belongs, and a name could not. Statements that define tables and types can have
/// nothing bound.
fn is_value(hole: &Hole) -> bool {
    let first = hole.before.split_whitespace().next().unwrap_or_default();
    if ["create", "alter", "drop", "set", "do", "comment", "grant", "pragma"]
        .iter()
        .any(|word| first.eq_ignore_ascii_case(word))
    {
        return false;
    }
    let quotes = hole.before.matches('\'').count();
    if quotes % 2 == 1 {
        return true;
    }
    let before = hole.before.trim_end();
    let last = before.rsplit(|letter: char| !letter.is_ascii_alphanumeric()).next().unwrap_or_default();
    let word =
        ["like", "ilike", "limit", "offset", "values"].iter().any(|word| last.eq_ignore_ascii_case(word));
    word || before.ends_with(['=', '<', '>']) || (before.ends_with(['(', ',']) && lists_values(before))
}

/// Whether the innermost open bracket is that of `IN (..)` or `VALUES (..)`.
fn lists_values(before: &str) -> bool {
    let Some(open) = before.rfind('(') else { return false };
    let last = before[..open].trim_end().rsplit(|letter: char| !letter.is_ascii_alphanumeric()).next();
    last.is_some_and(|word| word.eq_ignore_ascii_case("in") || word.eq_ignore_ascii_case("values"))
}

/// Whether a value cannot change what the query does: a constant, a number, a name, placeholders.
fn is_harmless(value: &Expr, site: &Site<'_>) -> bool {
    const NAMES: &[&str] = &[
        "table",
        "tables",
        "column",
        "columns",
        "schema",
        "placeholder",
        "placeholders",
        "database",
        "index",
        "view",
        "sql",
        "query",
        "clause",
        "condition",
        "conditions",
        "limit",
        "offset",
        "len",
        "count",
        "quoted",
        "quote",
        "escaped",
        "escape",
        "param",
        "params",
        "expr",
        "keyspace",
        "vars",
        "bindings",
        "statement",
        "idx",
        "where",
    ];
    let (methods, root) = chain(value);
    // A list that was joined, and a text that is itself put together from what is harmless.
    if let Some(init) = variable(root).and_then(|name| held(name, site)) {
        let parts = holes(init, site);
        let joined = chain(init).0.iter().any(|method| method.name == "join");
        if joined || (!parts.is_empty() && parts.iter().all(|part| is_number_in(&part.value, site))) {
            return true;
        }
    }
    let number = is_number_in(value, site);
    let last = match root {
        Expr::Lit(_) => return true,
        // `Status::Queued`.
        Expr::Path(path) if path.path.segments.len() > 1 => return true,
        Expr::Path(path) => path.path.segments.last().map(|last| last.ident.to_string()),
        Expr::Field(field) => match &field.member {
            syn::Member::Named(name) => Some(name.to_string()),
            syn::Member::Unnamed(_) => None,
        },
        // What a function gives back may be anything.
        Expr::Call(_) | Expr::Macro(_) => return true,
        _ => None,
    };
    let constant = last.as_ref().is_some_and(|name| !name.chars().any(char::is_lowercase));
    let named = last.as_ref().is_some_and(|name| has_word(name, NAMES));
    let computed =
        methods.iter().any(|method| has_word(&method.name.to_string(), NAMES) || method.name == "join");
    number || constant || named || computed || matches!(peel(value), Expr::Binary(_) | Expr::Cast(_))
}

fn is_number_in(value: &Expr, site: &Site<'_>) -> bool {
    type_of(value, site).is_some_and(|ty| is_number(&ty))
}

fn is_number(ty: &Type) -> bool {
    const NUMBERS: &[&str] = &[
        "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128", "isize", "f32", "f64",
        "bool", "Uuid",
    ];
    crate::facts::type_name(ty).is_some_and(|name| NUMBERS.contains(&name.as_str()))
}
