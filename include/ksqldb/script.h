#pragma once
#include <ksqldb/command.h>
#include <ksqldb/export.h>
#include <ksqldb/statements.h>

#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ksqldb {

/// The results of a script's statements, as far as it was run.
struct ScriptResult {
    struct Step {
        std::string sql;
        std::size_t line = 0;                   ///< from 1
        std::size_t column = 0;                 ///< from 1, in characters
        std::size_t offset = 0;                 ///< from 0, in bytes
        std::optional<StatementResult> result;  ///< this or `error` is set
        std::optional<Error> error;
    };
    std::vector<Step> steps;
    bool isComplete = false;  ///< false: stopped at an error

    /// Whether every statement succeeded.
    bool ok() const noexcept {
        if (!isComplete) return false;
        for (const Step& step : steps)
            if (step.error) return false;
        return true;
    }
};

/// What a script does when a statement fails.
enum class OnScriptError : std::uint8_t { Stop, GoOn };

/// The name as it is written here: "GoOn". *thread-safe*
KSQLDB_API std::string_view toString(OnScriptError what) noexcept;
/// Writes toString().
KSQLDB_API std::ostream& operator<<(std::ostream& out, OnScriptError what);

/// Executes a script, statement by statement, with a request for each. A statement that fails is a
/// step with an Error. Each statement sees what those before it did, also on another server of the
/// cluster. SET, UNSET, DEFINE and UNDEFINE are not sent: as in ksqlDB's shell, they hold for the
/// statements after them in the script.
///
/// Errors: throws Error(InvalidArgument), which names line and column, before anything is run,
/// - for SELECT, PRINT and what only ksqlDB's shell knows,
/// - for a statement without its semicolon,
/// - for a quote or comment without its end.
///
/// Source: POST /ksql.
KSQLDB_API Command<ScriptResult> script(std::string_view text,
                                        OnScriptError onError = OnScriptError::Stop);

}  // namespace ksqldb
