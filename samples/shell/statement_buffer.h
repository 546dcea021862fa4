#pragma once
#include <ksqldb/script.h>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace shell {

/// Text as it comes, cut into statements.
class StatementBuffer {
public:
    struct Found {
        ksqldb::ScriptStatement statement;
        std::size_t line;  ///< of its beginning, counted from the first text, from 1
    };

    void add(std::string_view text);
    /// The statements that are whole by now.
    std::vector<Found> take();
    /// Whether a statement has begun that is not whole. As of the last take().
    bool isOpen() const noexcept { return rest_.has_value(); }
    /// That statement.
    const std::optional<Found>& rest() const noexcept { return rest_; }
    const std::string& text() const noexcept { return text_; }
    void clear();

private:
    void drop(std::size_t bytes);

    std::string text_;
    std::size_t line_ = 1;  // of the beginning of text_
    bool isFirst_ = true;
    std::optional<Found> rest_;
};

}  // namespace shell
