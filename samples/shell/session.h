#pragma once
#include "options.h"
#include "output.h"
#include "row_writer.h"
#include "variables.h"
#include "wait.h"

#include <ksqldb/client.h>
#include <ksqldb/script.h>
#include <ksqldb/server_commands.h>

#include <cstddef>
#include <exception>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace shell {

/// How a statement, or a script, ended.
enum class Result {
    Ok,
    Failed,
    NoConnection,
    Interrupted,  ///< a signal ended it
    NobodyReads,  ///< whoever read the output is gone
    BadFile,      ///< a script that cannot be read
    Leave,        ///< EXIT
};

/// The exit status of the program, as usage() says.
int exitStatus(Result result);

/// Where a statement stands, for errors: "setup.sql", line 12. No file: it was typed.
struct Origin {
    std::string file;
    std::size_t line = 1;
};

/// What holds from statement to statement, and how each kind is run. *thread-bound*
class Session {
public:
    Session(const Options& options, ksqldb::ClientOptions connection, Output& output);

    /// Runs one whole statement, or a command of the shell's.
    Result run(const ksqldb::ScriptStatement& statement, const Origin& origin);
    /// Runs a text, which ends where a statement fails, unless the session goes on at errors.
    Result runScript(std::string_view text, const std::string& name);
    Result runFile(const std::string& path);
    /// Says that a text ends within a statement.
    Result refuseRest(const ksqldb::ScriptStatement& statement, const Origin& origin);

    /// Says that a script cannot be read.
    Result cannotRead(const std::string& what, const std::exception& error);

    /// Says which server it is, or that there is none. Throws CalledOff.
    Result greet();

    ksqldb::Client& client() noexcept { return client_; }
    /// Whether what follows a statement that ended like this is to be run.
    bool mayGoOnAfter(Result result) const noexcept {
        const bool isFailure =
            result == Result::Failed || result == Result::NoConnection || result == Result::BadFile;
        return result == Result::Ok || (isFailure && goesOn_);
    }
    /// How the last statement that failed did; Ok where none has failed.
    Result lastFailure() const noexcept { return lastFailure_; }

    /// What HISTORY shows; set by the prompt.
    std::function<std::vector<std::string>()> history;
    /// Called after a statement that may have changed which names there are.
    std::function<void()> onChange;

private:
    Result runAndTell(const ksqldb::ScriptStatement& statement, const Origin& origin);
    Result dispatch(const ksqldb::ScriptStatement& statement);
    Result runQuery(const ksqldb::ScriptStatement& statement);
    Result runPrint(const ksqldb::ScriptStatement& statement);
    Result runStatement(const ksqldb::ScriptStatement& statement);
    Result keep(const ksqldb::ScriptStatement& statement);
    Result runCommand(const std::vector<std::string>& words);
    Result setCli(const std::vector<std::string>& words);
    Result changeServer(const std::string& url);
    Result spool(const std::string& argument);
    Result waitForCommand(const std::string& commandId, std::chrono::seconds limit);
    Result showStatus(const std::string& commandId);
    Result report(const ksqldb::Error& error, const ksqldb::ScriptStatement& statement,
                  const Origin& origin);
    Result refuse(std::string_view message);
    Result noted(Result result);

    /// For people at a terminal only: files get nothing but results.
    void note(std::string_view text);
    void showTime(std::string_view what, std::chrono::milliseconds time);
    ksqldb::CommandOptions commandOptions() const;
    ksqldb::StreamOptions streamOptions() const;

    Output& output_;
    ksqldb::ClientOptions connection_;
    ksqldb::Client client_;
    std::vector<std::string> urls_;
    Look look_;
    const bool goesOn_;
    const std::chrono::seconds wait_;
    std::map<std::string, std::string> properties_;
    Variables variables_;
    std::size_t scriptDepth_ = 0;
    Result lastFailure_ = Result::Ok;
};

}  // namespace shell
