#include "completion.h"

#include "words.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <set>
#include <utility>

namespace shell {

namespace {

bool isPart(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' ||
           static_cast<unsigned char>(c) >= 0x80;
}

/// A word, a quoted name without its quotes, or one sign.
struct Token {
    std::string text;
    bool isQuotedName = false;
};

struct Tokens {
    std::vector<Token> all;
    bool endsInText = false;  ///< within a string or a comment: nothing is completed there
    std::size_t open = 0;     ///< bytes of the word or the quoted name that the text ends with
};

/// Rough: enough to see which words are where. ksqlDB reads it in earnest.
Tokens tokensOf(std::string_view text) {
    Tokens out;
    for (std::size_t i = 0; i < text.size();) {
        const char c = text[i];
        out.open = 0;
        if (c == '-' && text.substr(i, 2) == "--") {
            const std::size_t end = text.find('\n', i);
            out.endsInText = end == std::string_view::npos;
            i = out.endsInText ? text.size() : end;
        } else if (c == '/' && text.substr(i, 2) == "/*") {
            const std::size_t end = text.find("*/", i + 2);
            out.endsInText = end == std::string_view::npos;
            i = out.endsInText ? text.size() : end + 2;
        } else if (c == '\'' || c == '`' || c == '"') {
            const std::size_t end = text.find(c, i + 1);
            const bool isOpen = end == std::string_view::npos;
            if (isOpen && c != '`') out.endsInText = true;
            if (isOpen) out.open = text.size() - i;
            if (c != '\'')
                out.all.push_back(
                    {std::string(text.substr(i + 1, isOpen ? end : end - i - 1)), true});
            else
                out.all.push_back({"'", false});
            i = isOpen ? text.size() : end + 1;
        } else if (isPart(c)) {
            std::size_t end = i;
            while (end < text.size() && isPart(text[end])) ++end;
            out.all.push_back({std::string(text.substr(i, end - i)), false});
            if (end == text.size()) out.open = end - i;
            i = end;
        } else {
            if (std::isspace(static_cast<unsigned char>(c)) == 0)
                out.all.push_back({std::string(1, c), false});
            ++i;
        }
    }
    return out;
}

std::string wordBefore(const std::vector<Token>& tokens, std::size_t back) {
    return back < tokens.size() ? upper(tokens[tokens.size() - 1 - back].text) : std::string();
}

bool isOneOf(std::string_view word, std::initializer_list<std::string_view> all) {
    return std::find(all.begin(), all.end(), word) != all.end();
}

bool isPlain(std::string_view name) {
    const auto isCapital = [](char c) { return (c >= 'A' && c <= 'Z') || c == '_'; };
    return !name.empty() && isCapital(name.front()) &&
           std::all_of(name.begin(), name.end(),
                       [&](char c) { return isCapital(c) || (c >= '0' && c <= '9'); });
}

/// Gathers what begins with what was typed.
class Candidates {
public:
    explicit Candidates(std::string_view typed) : typed_(typed) {
        isLower_ = !typed.empty() && std::any_of(typed.begin(), typed.end(), [](char c) {
            return std::islower(static_cast<unsigned char>(c)) != 0;
        });
    }

    void addWord(std::string_view word, std::string_view behind = {}) {
        if (typed_.substr(0, 1) == "`" || !begins(word, typed_)) return;
        found_.insert((isLower_ ? lower(word) : std::string(word)).append(behind));
    }
    void addWords(std::span<const std::string_view> words) {
        for (const std::string_view word : words) addWord(word);
    }
    void addName(const std::string& name) {
        if (isPlain(name) && typed_.substr(0, 1) != "`") return addWord(name);
        const std::string quoted = nameInSql(name);
        const std::string typed =
            typed_.substr(0, 1) == "`" ? std::string(typed_.substr(1)) : std::string(typed_);
        if (begins(name, typed)) found_.insert(isPlain(name) ? '`' + name + '`' : quoted);
    }
    void addNames(const std::vector<std::string>& names) {
        for (const std::string& name : names) addName(name);
    }

    std::vector<std::string> take() const { return {found_.begin(), found_.end()}; }

private:
    static bool begins(std::string_view text, std::string_view start) {
        return upper(text.substr(0, start.size())) == upper(start);
    }

    std::string_view typed_;
    bool isLower_ = false;
    std::set<std::string> found_;
};

}  // namespace

std::string nameInSql(std::string_view name) {
    if (isPlain(name)) return std::string(name);
    std::string out = "`";
    for (const char c : name) out.append(c == '`' ? 2 : 1, c);
    return out += '`';
}

std::vector<std::string> sourcesIn(std::string_view statement, const Names& names) {
    std::vector<std::string> out;
    for (const Token& token : tokensOf(statement).all) {
        const std::string name = token.isQuotedName ? token.text : upper(token.text);
        for (const auto* list : {&names.streams, &names.tables})
            if (std::find(list->begin(), list->end(), name) != list->end() &&
                std::find(out.begin(), out.end(), name) == out.end())
                out.push_back(name);
    }
    return out;
}

Completion complete(std::string_view before, std::string_view after, const Names& names) {
    Tokens tokens = tokensOf(before);
    Completion out;
    if (tokens.endsInText) return out;
    out.typed = tokens.open;
    if (tokens.open != 0) tokens.all.pop_back();
    const auto& all = tokens.all;
    Candidates candidates(before.substr(before.size() - out.typed));

    const std::string last = wordBefore(all, 0);
    const auto addSources = [&] {
        candidates.addNames(names.streams);
        candidates.addNames(names.tables);
    };
    if (all.empty() || last == ";") {
        candidates.addWords(statementWords());
        candidates.addWords(commandWords());
    } else if (last == "OUTPUT") {
        for (const std::string_view word : {"TABLE", "TABULAR", "JSON", "CSV", "VERTICAL"})
            candidates.addWord(word);
    } else if (last == "FUNCTION") {
        candidates.addNames(names.functions);
    } else if (isOneOf(last, {"FROM", "JOIN", "INTO"})) {
        addSources();
        if (last == "FROM") candidates.addWord("BEGINNING");
    } else if (last == "DESCRIBE") {
        addSources();
        for (const std::string_view word : {"CONNECTOR", "FUNCTION", "STREAMS", "TABLES"})
            candidates.addWord(word);
    } else if (isOneOf(last, {"STREAM", "TABLE"}) &&
               isOneOf(wordBefore(all, 1), {"DROP", "ALTER"})) {
        candidates.addNames(last == "STREAM" ? names.streams : names.tables);
        candidates.addWord("IF EXISTS");
    } else if (isOneOf(last, {"LIST", "SHOW"})) {
        for (const std::string_view word :
             {"ALL TOPICS", "CONNECTORS", "CONNECTOR PLUGINS", "FUNCTIONS", "PROPERTIES", "QUERIES",
              "STREAMS", "TABLES", "TOPICS", "TYPES", "VARIABLES"})
            candidates.addWord(word);
    } else {
        candidates.addWords(innerWords());
        for (const std::string& function : names.functions) candidates.addWord(function, "(");
        for (const std::string& source :
             sourcesIn(std::string(before) + std::string(after), names)) {
            candidates.addName(source);
            const auto columns = names.columns.find(source);
            if (columns != names.columns.end()) candidates.addNames(columns->second);
        }
    }
    out.candidates = candidates.take();
    return out;
}

std::string commonStart(const std::vector<std::string>& candidates) {
    if (candidates.empty()) return {};
    std::string start = candidates.front();
    for (const std::string& candidate : candidates) {
        const auto differs =
            std::mismatch(start.begin(), start.end(), candidate.begin(), candidate.end());
        start.erase(differs.first, start.end());
    }
    // Not in the middle of a character.
    while (!start.empty() && (static_cast<unsigned char>(start.back()) & 0xC0U) == 0x80U)
        start.pop_back();
    if (!start.empty() && static_cast<unsigned char>(start.back()) >= 0xC0U) start.pop_back();
    return start;
}

}  // namespace shell
