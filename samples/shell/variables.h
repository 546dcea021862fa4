#pragma once
#include <map>
#include <string>
#include <string_view>

namespace shell {

/// Names of variables are the same in capitals or not.
struct LessVariable {
    using is_transparent = void;
    bool operator()(std::string_view a, std::string_view b) const;
};

/// By their names as they were first written.
using Variables = std::map<std::string, std::string, LessVariable>;

/// The text with variables in the place of `${name}`. Names that are not known stay as they
/// are, and `$${name}` stands for `${name}`.
std::string withVariables(std::string_view text, const Variables& variables);

}  // namespace shell
