#include "history.h"

#include "commands.h"
#include "options.h"
#include "words.h"

#include <ksqldb/error.h>
#include <ksqldb/script.h>
#include <ksqldb/statements.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>

namespace shell {

std::optional<std::string> historyPath() {
    auto folder = fromEnvironment("XDG_STATE_HOME");
    if (!folder || folder->front() != '/') {
        const auto home = fromEnvironment("HOME");
        if (!home) return std::nullopt;
        folder = *home + "/.local/state";
    }
    return *folder + "/ksqldb-shell/history";
}

bool prepareHistory(const std::string& path) {
    for (std::size_t slash = path.find('/', 1); slash != std::string::npos;
         slash = path.find('/', slash + 1))
        if (::mkdir(path.substr(0, slash).c_str(), 0700) != 0 && errno != EEXIST) return false;
    const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0) return false;
    const bool isOurs = ::fchmod(file, 0600) == 0;
    ::close(file);
    return isOurs;
}

namespace {

bool isOfName(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '.' || c == '-';
}

bool soundsSecret(std::string_view name) {
    constexpr std::array<std::string_view, 10> parts{
        "password", "passwd",  "secret",  "token",        "credential",
        "jaas",     "api.key", "api_key", "keystore.key", "user.info"};
    const std::string small = lower(name);
    return std::any_of(parts.begin(), parts.end(), [&](std::string_view part) {
        return small.find(part) != std::string::npos;
    });
}

/// The name in front of "=", in quotes or not; empty where there is none.
std::string_view nameBefore(std::string_view text) {
    const auto dropBlanks = [&] {
        while (!text.empty() && isBlank(text.back())) text.remove_suffix(1);
    };
    dropBlanks();
    if (text.empty() || text.back() != '=') return {};
    text.remove_suffix(1);
    dropBlanks();
    while (!text.empty() && (text.back() == '\'' || text.back() == '`' || text.back() == '"'))
        text.remove_suffix(1);
    std::size_t start = text.size();
    while (start > 0 && isOfName(text[start - 1])) --start;
    return text.substr(start);
}

/// Behind the quote that ends the text that begins at `start`.
std::size_t endOfText(std::string_view sql, std::size_t start) {
    for (std::size_t i = start + 1; i < sql.size(); ++i) {
        if (sql[i] != '\'') continue;
        if (i + 1 == sql.size() || sql[i + 1] != '\'') return i + 1;
        ++i;
    }
    return sql.size();
}

/// Where the next text or comment begins.
std::size_t nextStart(std::string_view sql, std::size_t at) {
    for (; at < sql.size(); ++at) {
        const std::string_view two = sql.substr(at, 2);
        if (sql[at] == '\'' || two == "--" || two == "/*") break;
    }
    return at;
}

std::size_t endOfComment(std::string_view sql, std::size_t start) {
    const std::size_t end = sql[start] == '-' ? sql.find('\n', start) : sql.find("*/", start + 2);
    return end == std::string_view::npos ? sql.size() : end + (sql[start] == '-' ? 1 : 2);
}

/// With '[string]' in the place of a value whose name sounds like a secret's.
std::string withoutNamedSecrets(std::string_view sql) {
    std::string out;
    for (std::size_t at = 0; at < sql.size();) {
        const std::size_t start = nextStart(sql, at);
        out += sql.substr(at, start - at);
        if (start == sql.size()) break;
        if (sql[start] != '\'') {
            at = endOfComment(sql, start);
            out += sql.substr(start, at - start);
            continue;
        }
        at = endOfText(sql, start);
        const std::string_view text = sql.substr(start, at - start);
        const std::string word = lower(text);
        const bool isSecret =
            word != "'true'" && word != "'false'" && soundsSecret(nameBefore(sql.substr(0, start)));
        out += isSecret ? std::string_view("'[string]'") : text;
    }
    return out;
}

/// Queries, commands of the shell's, SET and the like create no connectors.
bool mayCreateConnector(const std::string& statement) {
    if (!commandOf(statement).empty()) return false;
    const std::string text = upper(statement);
    if (text.find("CONNECTOR") == std::string::npos) return false;
    const auto statements = ksqldb::splitScript(statement);
    return statements.size() != 1 || statements.front().kind == ksqldb::StatementKind::Other;
}

}  // namespace

std::optional<std::string> withoutSecrets(const std::string& statement) {
    try {
        return withoutNamedSecrets(ksqldb::statement(statement).toString());
    } catch (const ksqldb::Error&) {
        if (mayCreateConnector(statement)) return std::nullopt;
        return withoutNamedSecrets(statement);
    }
}

std::optional<std::string> keptInHistory(std::string_view text) {
    if (text.empty() || text.front() == ' ') return std::nullopt;
    const auto statements = ksqldb::splitScript(text);
    if (statements.size() <= 1) return withoutSecrets(std::string(text));
    std::string out;
    for (const ksqldb::ScriptStatement& statement : statements) {
        const auto kept = withoutSecrets(statement.sql);
        if (!kept) return std::nullopt;
        (out += out.empty() ? "" : " ") += *kept;
    }
    return out;
}

}  // namespace shell
