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

/// @addtogroup statements
/// @{

/// What a statement is to a program that runs it. It is told by the first words and the last, so a
/// statement that ksqlDB would refuse has a kind, too.
enum class StatementKind : std::uint8_t {
    PullQuery,  ///< SELECT that ends by itself: Client::executeQuery(), Client::streamQuery()
    PushQuery,  ///< SELECT with EMIT: it ends at its LIMIT or never; Client::streamQuery()
    Print,      ///< Client::streamLines()
    Set,        ///< SET a property. The server keeps none of this and the three below: the client
                ///< has to keep it, and send it with each statement
    Unset,
    Define,  ///< DEFINE a session variable
    Undefine,
    Shell,  ///< what only ksqlDB's shell knows: RUN SCRIPT, SPOOL, EXIT and others
    Other,  ///< all others: Client::execute()
};

/// One statement of a script, see splitScript().
struct ScriptStatement {
    std::string sql;  ///< from its first word to its semicolon
    StatementKind kind = StatementKind::Other;
    std::size_t line = 0;    ///< of its first word, from 1
    std::size_t column = 0;  ///< from 1, in characters
    std::size_t offset = 0;  ///< from 0, in bytes
    /// False: the text ends before the semicolon, maybe within a quote or a comment. Only the last
    /// statement can be so. A program that reads line by line then waits for the next line.
    bool isWhole = true;
    /// What Set and the kinds like it say; empty where the statement is not written as they are.
    std::string name;
    std::optional<std::string> value;  ///< of Set and Define
};

/// Cuts a text into its statements, as script() does, for a program that runs them itself. Comments
/// and blanks between them are left out, and so are semicolons alone. Nothing is sent.
KSQLDB_API std::vector<ScriptStatement> splitScript(std::string_view text);

/// The name as it is written here: "PullQuery". *thread-safe*
KSQLDB_API std::string_view toString(StatementKind kind) noexcept;
/// Writes toString().
KSQLDB_API std::ostream& operator<<(std::ostream& out, StatementKind kind);

/// The results of a script's statements, as far as it was run.
struct ScriptResult {
    /// One statement: where it stands, and what became of it.
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
/// When CommandOptions::timeout() is over, the statement that runs is such a step, too. With GoOn
/// so is each one after it that would be sent. If the call is cancelled, or its Client closed, it
/// ends with that Error instead, without a ScriptResult.
///
/// Errors: throws Error(InvalidArgument), which names line and column, before anything is run,
/// - for SELECT, PRINT and what only ksqlDB's shell knows,
/// - for a statement without its semicolon,
/// - for a quote or comment without its end.
///
/// Source: POST /ksql.
KSQLDB_API Command<ScriptResult> script(std::string_view text,
                                        OnScriptError onError = OnScriptError::Stop);

/// @}

}  // namespace ksqldb
