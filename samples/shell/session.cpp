#include "session.h"

#include "commands.h"
#include "error_place.h"
#include "history.h"
#include "signals.h"
#include "statement_buffer.h"
#include "text_file.h"
#include "text_width.h"
#include "words.h"

#include <ksqldb/version.h>

#include <system_error>
#include <utility>

namespace shell {

using ksqldb::ScriptStatement;
using ksqldb::StatementKind;

namespace {

constexpr std::size_t deepestScript = 16;
constexpr std::size_t longestMessage = 4000;

Result resultOf(const ksqldb::Error& error) {
    const bool isNoConnection = error.category() == ksqldb::ErrorCategory::Connect ||
                                error.code() == ksqldb::ErrorCode::ConnectTimeout;
    return isNoConnection ? Result::NoConnection : Result::Failed;
}

Result resultOf(const CalledOff& end) {
    return end.why == Woken::NobodyReads ? Result::NobodyReads : Result::Interrupted;
}

}  // namespace

int exitStatus(Result result) {
    switch (result) {
        case Result::Ok:
        case Result::Leave:
            return 0;
        case Result::Failed:
            return 1;
        case Result::BadFile:
            return 2;
        case Result::NoConnection:
            return 3;
        case Result::NobodyReads:
            return 141;
        case Result::Interrupted:
            return Signals::terminated() != 0 ? 128 + Signals::terminated() : 130;
    }
    return 1;
}

Session::Session(const Options& options, ksqldb::ClientOptions connection, Output& output)
    : output_(output),
      connection_(std::move(connection)),
      client_(connection_),
      urls_(options.urls),
      look_(options.look),
      goesOn_(options.goesOn),
      wait_(options.wait),
      properties_(options.properties),
      variables_(options.variables.begin(), options.variables.end()) {}

Result Session::run(const ScriptStatement& statement, const Origin& origin) {
    try {
        return noted(runAndTell(statement, origin));
    } catch (const CalledOff& end) {
        // Once more, while the terminal did not take what was to be told.
        takeInterrupt(end);
        return noted(resultOf(end));
    }
}

Result Session::runAndTell(const ScriptStatement& statement, const Origin& origin) {
    Result result = Result::Ok;
    try {
        result = dispatch(statement);
        output_.progress({});
        output_.flush();
    } catch (const CalledOff& end) {
        result = resultOf(end);
    } catch (const ksqldb::Error& error) {
        result = report(error, statement, origin);
    } catch (const std::exception& error) {
        result = refuse(error.what());
    }
    if (result == Result::Interrupted && Signals::terminated() == 0) {
        // It was for the statement; a script ends all the same.
        Signals::clearInterrupt();
        output_.progress({});
        const bool mayHaveBegun = statement.kind == StatementKind::Other;
        output_.error(
            mayHaveBegun ? "Cancelled. The server may execute it all the same." : "Cancelled.",
            Style::Dim);
    }
    return result;
}

Result Session::noted(Result result) {
    if (result != Result::Ok && result != Result::Leave) lastFailure_ = result;
    return result;
}

Result Session::dispatch(const ScriptStatement& statement) {
    if (const auto words = commandOf(statement.sql); !words.empty()) return runCommand(words);
    switch (statement.kind) {
        case StatementKind::PullQuery:
        case StatementKind::PushQuery:
            return runQuery(statement);
        case StatementKind::Print:
            return runPrint(statement);
        case StatementKind::Set:
        case StatementKind::Unset:
        case StatementKind::Define:
        case StatementKind::Undefine:
            return keep(statement);
        case StatementKind::Shell:
            return refuse(
                "This command of ksqlDB's shell is not known here. HELP lists those that are.");
        case StatementKind::Other:
            break;
    }
    return runStatement(statement);
}

Result Session::keep(const ScriptStatement& statement) {
    if (statement.name.empty())
        return refuse(
            "It is written SET 'property' = 'value'; UNSET 'property'; "
            "DEFINE name = 'value'; UNDEFINE name;");
    // The server never sees these statements, so what it would fill in is filled in here.
    const std::string name = withVariables(statement.name, variables_);
    const bool isProperty =
        statement.kind == StatementKind::Set || statement.kind == StatementKind::Unset;
    if (statement.value) {
        std::string value = withVariables(*statement.value, variables_);
        (isProperty ? properties_[name] : variables_[name]) = std::move(value);
    } else if ((isProperty ? properties_.erase(name) : variables_.erase(name)) == 0) {
        return refuse(name + " was not set.");
    }
    return Result::Ok;
}

ksqldb::CommandOptions Session::commandOptions() const {
    ksqldb::CommandOptions options;
    for (const auto& [name, value] : properties_) options.property(name, value);
    for (const auto& [name, value] : variables_) options.sessionVariable(name, value);
    return options;
}

ksqldb::StreamOptions Session::streamOptions() const {
    ksqldb::StreamOptions options;
    for (const auto& [name, value] : properties_) {
        // Of statements the server converts the texts; of queries it does not.
        const std::string word = upper(value);
        if (word == "TRUE" || word == "FALSE")
            options.property(name, word == "TRUE");
        else
            options.property(name, value);
    }
    for (const auto& [name, value] : variables_) options.sessionVariable(name, value);
    // JSON and CSV have no form for a delete; its nulls would look like a row's.
    const bool showsDeletes = look_.format == Format::Table || look_.format == Format::Vertical;
    options.tombstones(showsDeletes ? ksqldb::Tombstones::Deliver : ksqldb::Tombstones::Skip);
    return options;
}

Result Session::report(const ksqldb::Error& error, const ScriptStatement& statement,
                       const Origin& origin) {
    if (error.code() == ksqldb::ErrorCode::Cancelled) return Result::Interrupted;
    // Values that are not to be repeated.
    const bool isSecret = withoutSecrets(statement.sql) != statement.sql;
    std::string message =
        error.serverMessage().empty() || isSecret ? error.what() : error.serverMessage();
    const auto place =
        isSecret || statement.sql.find("${") != std::string::npos ? std::nullopt : placeIn(message);
    if (message.size() > longestMessage) message = message.substr(0, longestMessage) + "…";
    std::string where;
    if (!origin.file.empty()) {
        where = origin.file + ':' + std::to_string(origin.line + (place ? place->line - 1 : 0));
        if (place) {
            const std::size_t before = place->line == 1 ? statement.column - 1 : 0;
            where += ':' + std::to_string(before + place->column);
        }
        where += ": ";
    }
    output_.error(where + withoutControls(message));
    if (place) {
        const auto mark = marked(statement.sql, *place, output_.errorWidth());
        if (mark) {
            output_.error(mark->line, Style::Plain);
            output_.error(mark->mark, Style::Mark);
        }
    }
    return resultOf(error);
}

Result Session::refuseRest(const ScriptStatement& statement, const Origin& origin) {
    const std::string where =
        origin.file.empty() ? "" : origin.file + ':' + std::to_string(origin.line) + ": ";
    return refuse(where +
                  "The statement has no end: a semicolon, or the end of a quote or a "
                  "comment, is missing. It was not run: " +
                  cut(inOneLine(statement.sql), 60));
}

Result Session::runScript(std::string_view text, const std::string& name) {
    StatementBuffer buffer;
    buffer.add(text);
    Result result = Result::Ok;
    for (const auto& [statement, line] : buffer.take()) {
        result = run(statement, {name, line});
        if (!mayGoOnAfter(result)) return result;
    }
    const auto& rest = buffer.rest();
    return rest ? noted(refuseRest(rest->statement, {name, rest->line})) : result;
}

Result Session::runFile(const std::string& path) {
    if (scriptDepth_ == deepestScript) return refuse("RUN SCRIPT goes too deep: " + path);
    std::string text;
    try {
        text = textOf(path);
    } catch (const std::system_error& error) {
        if (Signals::areNoted()) return noted(Result::Interrupted);
        return cannotRead(path, error);
    }
    ++scriptDepth_;
    const Result result = runScript(text, path);
    --scriptDepth_;
    return result == Result::Leave && scriptDepth_ > 0 ? Result::Ok : result;
}

Result Session::cannotRead(const std::string& what, const std::exception& error) {
    refuse("cannot read " + what + ": " + error.what());
    return noted(Result::BadFile);
}

void Session::note(std::string_view text) {
    const bool isForPeople = look_.format == Format::Table || look_.format == Format::Vertical;
    if (output_.isTerminal() && isForPeople) output_.message(withoutControls(text), Style::Dim);
}

void Session::showTime(std::string_view what, std::chrono::milliseconds time) {
    if (time < std::chrono::milliseconds(500)) return;
    output_.progress(std::string(what) + " … " + std::to_string(time.count() / 1000) + " s");
}

Result Session::greet() {
    std::string line = "ksqldb-shell " KSQLDB_VERSION ", ";
    try {
        const ksqldb::ServerInfo info =
            execute(client_, ksqldb::serverInfo(), ksqldb::CommandOptions(),
                    [&](auto time) { showTime("asking the server", time); });
        line += "ksqlDB " + withoutControls(info.version) + " at " + urls_.front();
        if (!info.serverStatus.empty() && info.serverStatus != "RUNNING")
            line += " (" + withoutControls(info.serverStatus) + ')';
        output_.message(line);
        return Result::Ok;
    } catch (const ksqldb::Error& error) {
        output_.message(line + "no server at " + urls_.front());
        output_.error(withoutControls(error.what()));
        return resultOf(error);
    }
}

}  // namespace shell
