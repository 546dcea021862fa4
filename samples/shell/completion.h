#pragma once
#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace shell {

/// What a server has, by its exact names.
struct Names {
    std::vector<std::string> streams;
    std::vector<std::string> tables;
    std::vector<std::string> functions;
    std::map<std::string, std::vector<std::string>> columns;  ///< by stream or table
};

/// What may stand where the cursor is.
struct Completion {
    std::size_t typed = 0;  ///< bytes before the cursor that the candidates replace
    std::vector<std::string> candidates;
};

/// What the word before the cursor may become.
/// - `before`: the statement up to the cursor, the lines before included.
/// - `after`: what is behind the cursor.
/// Keywords and names follow the word's case, where they are the same in both.
Completion complete(std::string_view before, std::string_view after, const Names& names);

/// The streams and tables that a statement names.
std::vector<std::string> sourcesIn(std::string_view statement, const Names& names);

/// The longest text that all candidates begin with.
std::string commonStart(const std::vector<std::string>& candidates);

/// A name as SQL needs it: in back-quotes unless it is one in capitals.
std::string nameInSql(std::string_view name);

}  // namespace shell
