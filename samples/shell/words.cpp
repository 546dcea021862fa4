#include "words.h"

#include <array>
#include <cctype>

namespace shell {

namespace {

constexpr std::array<std::string_view, 18> starts{
    "ALTER", "ASSERT", "CREATE", "DEFINE", "DESCRIBE", "DROP", "EXPLAIN",   "INSERT",   "LIST",
    "PAUSE", "PRINT",  "RESUME", "SELECT", "SET",      "SHOW", "TERMINATE", "UNDEFINE", "UNSET"};

constexpr std::array<std::string_view, 12> commands{"CLEAR",  "EXIT",   "HELP",    "HISTORY",
                                                    "OUTPUT", "QUIT",   "RUN",     "SERVER",
                                                    "SPOOL",  "STATUS", "VERSION", "WAIT"};

constexpr std::array<std::string_view, 116> inner{
    "ADD",      "ADVANCE BY",   "ALL",          "AND",       "ARRAY",        "AS",
    "ASSERT",   "BEGINNING",    "BETWEEN",      "BIGINT",    "BOOLEAN",      "BY",
    "BYTES",    "CASE",         "CAST",         "CATALOG",   "CHANGES",      "CLI",
    "COLUMN",   "CONNECTOR",    "CONNECTORS",   "DATE",      "DAY",          "DAYS",
    "DECIMAL",  "DELETE",       "DISTINCT",     "DOUBLE",    "ELSE",         "EMIT",
    "END",      "EXISTS",       "EXTENDED",     "FALSE",     "FINAL",        "FROM",
    "FULL",     "FUNCTION",     "FUNCTIONS",    "GRACE",     "GROUP BY",     "HAVING",
    "HEADER",   "HEADERS",      "HOPPING",      "HOUR",      "HOURS",        "IF",
    "IN",       "INNER",        "INT",          "INTEGER",   "INTERVAL",     "INTO",
    "IS",       "JOIN",         "KEY",          "LEFT",      "LIKE",         "LIMIT",
    "MAP",      "MATERIALIZED", "MILLISECONDS", "MINUTE",    "MINUTES",      "NOT",
    "NULL",     "ON",           "OR",           "OUTER",     "PARTITION BY", "PERIOD",
    "PLUGINS",  "PRIMARY KEY",  "PROPERTIES",   "QUERIES",   "REPLACE",      "RETENTION",
    "RIGHT",    "ROWPARTITION", "ROWTIME",      "SCHEMA",    "SCRIPT",       "SECOND",
    "SECONDS",  "SELECT",       "SESSION",      "SINK",      "SIZE",         "SOURCE",
    "STREAM",   "STREAMS",      "STRING",       "STRUCT",    "TABLE",        "TABLES",
    "THEN",     "TIME",         "TIMESTAMP",    "TOPIC",     "TOPICS",       "TRUE",
    "TUMBLING", "TYPE",         "TYPES",        "VALUES",    "VARCHAR",      "VARIABLES",
    "WHEN",     "WHERE",        "WINDOW",       "WINDOWEND", "WINDOWSTART",  "WITH",
    "WITHIN",   "YEARS"};

}  // namespace

std::span<const std::string_view> statementWords() { return starts; }
std::span<const std::string_view> commandWords() { return commands; }
std::span<const std::string_view> innerWords() { return inner; }

bool isBlank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

std::string upper(std::string_view text) {
    std::string out(text);
    for (char& c : out) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return out;
}

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return out;
}

}  // namespace shell
