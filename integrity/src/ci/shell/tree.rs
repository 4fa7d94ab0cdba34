//! The structure of a script: lists, conditions, loops, functions.

use super::words::{Token, Word, tokens};

/// Deeper than this nothing is read; what is not read runs nothing.
const DEPTH: usize = 48;

/// Pipelines joined by `&&` and `||`.
#[derive(Clone, Debug, Default)]
pub(super) struct AndOr {
    pub(super) first: Pipeline,
    pub(super) rest: Vec<(Join, Pipeline)>,
    pub(super) background: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Join {
    And,
    Or,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Pipeline {
    pub(super) negated: bool,
    pub(super) nodes: Vec<Node>,
}

pub(super) type List = Vec<AndOr>;

#[derive(Clone, Debug)]
pub(super) enum Node {
    Simple {
        words: Vec<Word>,
        document: Option<String>,
    },
    Group(List),
    /// `( .. )`, whose settings end with it.
    Inner(List),
    /// Conditions with what they lead to, and what is left.
    If(Vec<(List, List)>, List),
    While(List, List),
    For(String, Vec<String>, List),
    Case(Vec<List>),
    Function(String, Box<Node>),
}

/// Reads a script.
pub(super) fn parse(script: &str) -> List {
    let tokens = tokens(script);
    let mut documents = vec![None; tokens.len() + 1];
    for at in (0..tokens.len()).rev() {
        documents[at] = match (&tokens[at], tokens.get(at + 1)) {
            (Token::Operator("\n"), Some(Token::Document(text))) => Some(text.as_str()),
            (Token::Operator("\n"), _) => None,
            _ => documents[at + 1],
        };
    }
    let mut parser = Parser { tokens: &tokens, documents: &documents, at: 0 };
    let mut all = Vec::new();
    while parser.at < tokens.len() {
        all.extend(parser.list(&[], 0));
        // A word that closes what was never opened.
        parser.at += 1;
    }
    all
}

struct Parser<'a> {
    tokens: &'a [Token],
    /// The document that stands behind the end of the line of each token.
    documents: &'a [Option<&'a str>],
    at: usize,
}

impl<'a> Parser<'a> {
    fn peek(&self) -> Option<&'a Token> {
        self.tokens.get(self.at)
    }

    fn operator(&mut self, wanted: &str) -> bool {
        let is = matches!(self.peek(), Some(Token::Operator(operator)) if *operator == wanted);
        self.at += usize::from(is);
        is
    }

    fn keyword(&mut self, wanted: &str) -> bool {
        let is = self.is_keyword(&[wanted]);
        self.at += usize::from(is);
        is
    }

    fn is_keyword(&self, wanted: &[&str]) -> bool {
        matches!(self.peek(), Some(Token::Word(word)) if wanted.contains(&word.raw.as_str()))
    }

    fn blank(&mut self) {
        while matches!(self.peek(), Some(Token::Operator("\n" | ";") | Token::Document(_))) {
            self.at += 1;
        }
    }

    /// Up to one of the words, which is left to the caller, or to a bracket that closes.
    fn list(&mut self, ends: &[&str], depth: usize) -> List {
        let mut list = Vec::new();
        loop {
            self.blank();
            match self.peek() {
                None | Some(Token::Operator(")" | ";;")) => return list,
                _ if self.is_keyword(ends) => return list,
                _ if depth == 0
                    && self.is_keyword(&["done", "fi", "esac", "}", "then", "do", "else", "elif"]) =>
                {
                    return list;
                }
                _ => {}
            }
            let start = self.at;
            let mut entry = AndOr { first: self.pipeline(depth), ..AndOr::default() };
            loop {
                let join = match self.peek() {
                    Some(Token::Operator("&&")) => Join::And,
                    Some(Token::Operator("||")) => Join::Or,
                    _ => break,
                };
                self.at += 1;
                self.blank();
                let next = self.pipeline(depth);
                entry.rest.push((join, next));
            }
            entry.background = self.operator("&");
            list.push(entry);
            if self.at == start {
                self.at += 1;
            }
        }
    }

    fn pipeline(&mut self, depth: usize) -> Pipeline {
        let mut pipeline = Pipeline::default();
        while self.keyword("!") {
            pipeline.negated = !pipeline.negated;
        }
        while self.keyword("time") {}
        loop {
            pipeline.nodes.extend(self.node(depth + 1));
            if !self.operator("|") {
                return pipeline;
            }
            self.blank();
        }
    }

    fn node(&mut self, depth: usize) -> Option<Node> {
        if depth > DEPTH {
            self.at = self.tokens.len();
            return None;
        }
        if self.operator("(") {
            let list = self.list(&[], depth);
            self.operator(")");
            return Some(Node::Inner(list));
        }
        let node = match () {
            () if self.keyword("{") => {
                let list = self.list(&["}"], depth);
                self.keyword("}");
                Node::Group(list)
            }
            () if self.keyword("if") => self.condition(depth),
            () if self.keyword("while") || self.keyword("until") => {
                let test = self.list(&["do"], depth);
                Node::While(test, self.body(depth))
            }
            () if self.keyword("for") || self.keyword("select") => self.each(depth),
            () if self.keyword("case") => self.case(depth),
            () if self.keyword("function") => {
                let name = self.word().unwrap_or_default();
                if self.operator("(") {
                    self.operator(")");
                }
                self.function(name, depth)?
            }
            () => return self.simple(depth),
        };
        Some(node)
    }

    fn word(&mut self) -> Option<String> {
        let Some(Token::Word(word)) = self.peek() else { return None };
        self.at += 1;
        Some(word.plain.clone())
    }

    fn function(&mut self, name: String, depth: usize) -> Option<Node> {
        self.blank();
        let body = self.node(depth + 1)?;
        Some(Node::Function(name, Box::new(body)))
    }

    fn condition(&mut self, depth: usize) -> Node {
        let (mut branches, mut left) = (Vec::new(), Vec::new());
        loop {
            let test = self.list(&["then"], depth);
            self.keyword("then");
            branches.push((test, self.list(&["elif", "else", "fi"], depth)));
            if !self.keyword("elif") {
                break;
            }
        }
        if self.keyword("else") {
            left = self.list(&["fi"], depth);
        }
        self.keyword("fi");
        Node::If(branches, left)
    }

    fn body(&mut self, depth: usize) -> List {
        self.blank();
        if self.keyword("{") {
            let list = self.list(&["}"], depth);
            self.keyword("}");
            return list;
        }
        self.keyword("do");
        let list = self.list(&["done"], depth);
        self.keyword("done");
        list
    }

    fn each(&mut self, depth: usize) -> Node {
        let name = self.word().unwrap_or_default();
        let mut words = Vec::new();
        if self.keyword("in") {
            while let Some(word) = self.word() {
                words.push(word);
            }
        } else {
            words.push("$@".to_owned());
        }
        Node::For(name, words, self.body(depth))
    }

    fn case(&mut self, depth: usize) -> Node {
        self.word();
        self.blank();
        self.keyword("in");
        let mut arms = Vec::new();
        loop {
            self.blank();
            if self.peek().is_none() || self.keyword("esac") {
                return Node::Case(arms);
            }
            let start = self.at;
            self.operator("(");
            while !self.operator(")") && !matches!(self.peek(), None | Some(Token::Operator("\n"))) {
                self.at += 1;
            }
            arms.push(self.list(&["esac"], depth));
            self.operator(";;");
            if self.at == start {
                self.at += 1;
            }
        }
    }

    fn simple(&mut self, depth: usize) -> Option<Node> {
        let mut words = Vec::new();
        while let Some(Token::Word(word)) = self.peek() {
            self.at += 1;
            words.push(word.clone());
        }
        let named = words.len() == 1 && matches!(self.peek(), Some(Token::Operator("(")));
        if named && matches!(self.tokens.get(self.at + 1), Some(Token::Operator(")"))) {
            self.at += 2;
            let name = words.pop().map(|word| word.plain).unwrap_or_default();
            return self.function(name, depth);
        }
        let document = self.documents[self.at.min(self.tokens.len())].map(str::to_owned);
        (!words.is_empty()).then_some(Node::Simple { words, document })
    }
}
