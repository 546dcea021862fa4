#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace ksqldb::server {

/// How statements are compared: without regard to case, white space, comments and the last `;`,
/// save inside of quotes; with SHOW as LIST, and `ORDERS` in back-quotes as the orders that it is.
std::string comparableStatement(std::string_view sql);

/// Whether the statement ends with a `;`, white space aside.
bool isEnded(std::string_view sql);

/// Whether the statement begins with this word, in any case.
bool startsWithWord(std::string_view sql, std::string_view word);

/// The text in one line, cut to `size` bytes or a few less, with `…` where something is missing.
std::string shortened(std::string_view text, std::size_t size);

/// Up to `count` of the statements, those first that resemble `sql` most. None that has hardly
/// anything in common with it.
std::vector<std::string> nearest(std::string_view sql, const std::vector<std::string>& statements,
                                 std::size_t count);

}  // namespace ksqldb::server
