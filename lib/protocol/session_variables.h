#pragma once
#include <map>
#include <string>
#include <string_view>

namespace ksqldb::protocol {

/// Names of variables are the same in capitals or not: of two the server would take the one that
/// comes last.
struct LessVariable {
    using is_transparent = void;
    bool operator()(std::string_view a, std::string_view b) const noexcept;
};

/// By their names as they were first written.
using SessionVariables = std::map<std::string, std::string, LessVariable>;

/// `variables`, and over them the others.
SessionVariables merged(const SessionVariables& variables, SessionVariables others);

/// The text with variables in the place of `${name}`. Names that are not known stay as they
/// are, and `$${name}` stands for `${name}`.
std::string withVariables(std::string_view text, const SessionVariables& variables);

}  // namespace ksqldb::protocol
