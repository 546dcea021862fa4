#include "base/immortal.h"
#include "protocol/statement_parts.h"

#include <utility>

namespace ksqldb {

namespace {

std::string checkedText(const char* sql) {
    if (sql == nullptr)
        throw Error(ErrorCode::InvalidArgument, "a Statement's text is a null pointer");
    return sql;
}

const std::string& noText() {
    static const auto& text = base::immortal<std::string>();
    return text;
}

}  // namespace

Statement::Statement(const char* sql) : Statement(checkedText(sql)) {}
Statement::Statement(std::string_view sql) : Statement(std::string(sql)) {}
Statement::Statement(std::string sql)
    : parts_(std::make_unique<detail::StatementParts>(std::move(sql))) {}
Statement::Statement(const Statement& other)
    : parts_(other.parts_ ? std::make_unique<detail::StatementParts>(*other.parts_) : nullptr) {}
Statement::Statement(Statement&&) noexcept = default;
Statement& Statement::operator=(Statement other) noexcept {
    parts_.swap(other.parts_);
    return *this;
}
Statement::~Statement() = default;

const std::string& Statement::text() const noexcept { return parts_ ? parts_->text : noText(); }

std::string Statement::sql() const { return parts_ ? parts_->sql() : std::string(); }

Statement& Statement::unbind() noexcept {
    if (parts_) parts_->unbind();
    return *this;
}

void Statement::checkName(std::string_view name) {
    if (name.empty())
        throw Error(ErrorCode::InvalidArgument, "Statement::bindNamed() with an empty name");
}
/// A Statement that was moved from has none.
void Statement::ensureParts() {
    if (!parts_) parts_ = std::make_unique<detail::StatementParts>(std::string());
}
void Statement::addName(std::string_view name, const Identifier& value) {
    parts_->add(name) += value.quoted();
}
detail::SqlWriter Statement::literal(std::string_view name) {
    std::string& out = parts_->add(name);
    return {out, parts_->values.back().number, parts_->values.back().name};
}
void Statement::commit() noexcept { parts_->committed = parts_->values.size(); }
void Statement::dropUncommitted() noexcept { parts_->dropUncommitted(); }

}  // namespace ksqldb
