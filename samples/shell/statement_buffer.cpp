#include "statement_buffer.h"

#include <algorithm>
#include <utility>

namespace shell {

void StatementBuffer::add(std::string_view text) {
    constexpr std::string_view byteOrderMark = "\xEF\xBB\xBF";
    if (std::exchange(isFirst_, false) && text.substr(0, 3) == byteOrderMark) text.remove_prefix(3);
    text_ += text;
}

std::vector<StatementBuffer::Found> StatementBuffer::take() {
    std::vector<Found> out;
    rest_.reset();
    std::size_t kept = text_.size();
    for (ksqldb::ScriptStatement& statement : ksqldb::splitScript(text_)) {
        const std::size_t line = line_ + statement.line - 1;
        if (statement.isWhole) {
            out.push_back({std::move(statement), line});
        } else {
            kept = statement.offset;
            rest_ = Found{std::move(statement), line};
        }
    }
    drop(kept);
    return out;
}

void StatementBuffer::drop(std::size_t bytes) {
    const auto end = text_.begin() + static_cast<std::ptrdiff_t>(bytes);
    line_ += static_cast<std::size_t>(std::count(text_.begin(), end, '\n'));
    text_.erase(text_.begin(), end);
}

void StatementBuffer::clear() {
    drop(text_.size());
    rest_.reset();
}

}  // namespace shell
