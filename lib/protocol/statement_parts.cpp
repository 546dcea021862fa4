#include "protocol/statement_parts.h"

#include "protocol/sql_tokenizer.h"

#include <algorithm>
#include <map>
#include <set>

namespace ksqldb::detail {

namespace {

using protocol::SqlToken;
using protocol::SqlTokenizer;
using protocol::SqlTokenKind;

/// Of long lists and long names an Error has the beginning.
constexpr std::size_t maxNamesTold = 8;
constexpr std::size_t maxNameTold = 64;

class Faults {
public:
    void add(const std::string& fault) { text_ += (text_.empty() ? "" : "; ") + fault; }
    void add(std::string_view what, const std::vector<std::string_view>& names) {
        if (names.empty()) return;
        std::string fault(what);
        for (std::size_t i = 0; i < std::min(names.size(), maxNamesTold); ++i) {
            fault += i == 0 ? " :" : ", :";
            fault += names[i].substr(0, maxNameTold);
            if (names[i].size() > maxNameTold) fault += "...";
        }
        if (names.size() > maxNamesTold)
            fault += " and " + std::to_string(names.size() - maxNamesTold) + " more";
        add(fault);
    }
    void throwIfAny() const {
        if (!text_.empty())
            throw Error(ErrorCode::InvalidArgument, "binding a Statement: " + text_);
    }

private:
    std::string text_;
};

bool isOneOf(char c, std::string_view set) { return set.find(c) != std::string_view::npos; }

/// Whether something that ends with `left` and something that begins with `right` stay apart
/// without a blank. A literal could else become part of a number, a name or a string, or a `--`.
bool stayApart(char left, char right) {
    return isOneOf(left, " \t\r\n([,=<>") || isOneOf(right, " \t\r\n)],;=<>");
}

/// One pass over the text.
class Binding {
public:
    explicit Binding(const StatementParts& parts) : parts_(parts) {
        for (std::size_t i = 0; i < parts.values.size(); ++i) {
            if (parts.values[i].name.empty())
                positional_.push_back(i);
            else if (!named_.emplace(parts.values[i].name, Named{i}).second)
                twice_.push_back(parts.values[i].name);
        }
        out_.reserve(parts.text.size() + parts.literals.size() + 16);
    }

    std::string run() {
        SqlTokenizer tokenizer(parts_.text);
        for (SqlToken token = tokenizer.next(); token.kind != SqlTokenKind::End;
             token = tokenizer.next())
            take(token);
        copyUntil(parts_.text.size());
        tellFaults();
        return std::move(out_);
    }

private:
    struct Named {
        std::size_t value;
        bool isUsed = false;
    };

    void take(const SqlToken& token) {
        switch (token.kind) {
            case SqlTokenKind::Question:
                if (questions_ < positional_.size()) replace(token, positional_[questions_]);
                ++questions_;
                break;
            case SqlTokenKind::NamedQuestion:
                takeNamed(token);
                break;
            case SqlTokenKind::Comment:
                // What is put in must be in the same line for every ksqlDB.
                if (!isBareComment(token)) break;
                copyUntil(token.offset + token.text.size());
                out_ += ' ';
                break;
            case SqlTokenKind::Unclosed:
                faults_.add("a quote or comment that is not closed, at byte " +
                            std::to_string(token.offset));
                break;
            default:
                break;
        }
    }

    void takeNamed(const SqlToken& token) {
        const std::string_view name = token.text.substr(1);
        const auto found = named_.find(name);
        if (found == named_.end()) {
            if (missing_.insert(name).second) missingInOrder_.push_back(name);
            return;
        }
        found->second.isUsed = true;
        replace(token, found->second.value);
    }

    void replace(const SqlToken& token, std::size_t value) {
        copyUntil(token.offset);
        if (isVariableOpen_)
            faults_.add("a `${` that is not closed before the placeholder at byte " +
                        std::to_string(token.offset));
        const std::string_view literal = parts_.literal(value);
        if (!out_.empty() && !stayApart(out_.back(), literal.front())) out_ += ' ';
        out_ += literal;
        copied_ = token.offset + token.text.size();
        if (copied_ < parts_.text.size() && !stayApart(literal.back(), parts_.text[copied_]))
            out_ += ' ';
    }

    void copyUntil(std::size_t end) {
        const std::string_view part = std::string_view(parts_.text).substr(copied_, end - copied_);
        out_ += part;
        copied_ = end;
        // A variable ends at the next `}`, be it in another string.
        const std::size_t start = part.rfind("${");
        if (start != std::string_view::npos)
            isVariableOpen_ = part.find('}', start) == std::string_view::npos;
        else if (part.find('}') != std::string_view::npos)
            isVariableOpen_ = false;
    }

    void tellFaults() {
        if (questions_ != positional_.size())
            faults_.add("values for `?`: " + std::to_string(positional_.size()) +
                        ", placeholders `?`: " + std::to_string(questions_));
        faults_.add("no value for", missingInOrder_);
        std::vector<std::string_view> unknown;
        for (const auto& [name, use] : named_)
            if (!use.isUsed) unknown.push_back(name);
        faults_.add("no placeholder", unknown);
        faults_.add("more than one value for", twice_);
        faults_.throwIfAny();
    }

    const StatementParts& parts_;
    std::vector<std::size_t> positional_;
    std::map<std::string_view, Named> named_;
    std::vector<std::string_view> twice_;
    std::set<std::string_view> missing_;
    std::vector<std::string_view> missingInOrder_;
    Faults faults_;
    std::string out_;
    std::size_t copied_ = 0;
    std::size_t questions_ = 0;
    bool isVariableOpen_ = false;
};

}  // namespace

std::string& StatementParts::add(std::string_view name) {
    const std::size_t before = values.empty() ? 0 : values.back().number;
    values.push_back({std::string(name), literals.size(), before + (name.empty() ? 1 : 0)});
    return literals;
}

std::string_view StatementParts::literal(std::size_t value) const {
    const std::size_t begin = values[value].begin;
    const std::size_t end = value + 1 < values.size() ? values[value + 1].begin : literals.size();
    return std::string_view(literals).substr(begin, end - begin);
}

void StatementParts::dropUncommitted() noexcept {
    if (values.size() == committed) return;
    literals.resize(values[committed].begin);
    values.resize(committed);
}

void StatementParts::unbind() noexcept {
    values.clear();
    literals.clear();
    committed = 0;
}

std::string StatementParts::sql() const {
    if (values.empty()) return text;
    return Binding(*this).run();
}

}  // namespace ksqldb::detail
