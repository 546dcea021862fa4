#pragma once
#include <ksqldb/statement.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ksqldb::detail {

/// What a Statement holds: its text, and literals for the placeholders in it.
struct StatementParts {
    struct Value {
        std::string name;    // empty: for a `?`
        std::size_t begin;   // of its literal; the next one's begin is its end
        std::size_t number;  // of values for a `?`, up to this one
    };

    explicit StatementParts(std::string sql) : text(std::move(sql)) {}

    /// Begins a value; its literal is to be appended to what is returned.
    std::string& add(std::string_view name);
    std::string_view literal(std::size_t value) const;
    /// Takes back what a call of bind() that threw has left.
    void dropUncommitted() noexcept;
    void unbind() noexcept;
    /// The text with its placeholders replaced, or one Error that tells all that is wrong.
    std::string sql() const;

    std::string text;
    std::string literals;
    std::vector<Value> values;
    std::size_t committed = 0;  // values of calls that ended well
};

}  // namespace ksqldb::detail
