#include "entities.h"
#include "session.h"
#include "text_width.h"
#include "words.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace shell {

using ksqldb::ScriptStatement;

namespace {

bool isUnfinished(std::string_view status) {
    constexpr std::array<std::string_view, 3> all{"QUEUED", "PARSING", "EXECUTING"};
    return std::find(all.begin(), all.end(), status) != all.end();
}

/// Whether there may be other streams, tables, types or functions after it.
bool changesNames(std::string_view sql) {
    const std::string start = upper(sql.substr(0, 6));
    return start.rfind("CREATE", 0) == 0 || start.rfind("DROP", 0) == 0 ||
           start.rfind("ALTER", 0) == 0;
}

/// Whether the server answers only when something outside of it has happened.
bool mayTakeLong(std::string_view sql) {
    const std::string start = upper(sql.substr(0, 200));
    if (start.rfind("ASSERT", 0) == 0) return true;
    return start.rfind("CREATE", 0) == 0 && start.find("CONNECTOR") != std::string::npos;
}

}  // namespace

Result Session::runStatement(const ScriptStatement& statement) {
    ksqldb::CommandOptions options = commandOptions();
    if (mayTakeLong(statement.sql)) options.requestTimeout(std::chrono::milliseconds(0));
    const ksqldb::StatementResult result =
        execute(client_, ksqldb::statement(statement.sql), std::move(options),
                [&](auto time) { showTime("executing", time); });
    if (changesNames(statement.sql) && onChange) onChange();
    if (!result.commandId.empty() && isUnfinished(result.status))
        return waitForCommand(result.commandId, wait_);
    if (!result.json.empty()) writeEntity(output_, look_, result.json);
    return Result::Ok;
}

Result Session::waitForCommand(const std::string& commandId, std::chrono::seconds limit) {
    const auto start = std::chrono::steady_clock::now();
    Wakeup pause;
    while (true) {
        const ksqldb::CommandStatus status =
            execute(client_, ksqldb::commandStatus(commandId), ksqldb::CommandOptions());
        if (status.status == "ERROR") return refuse(status.message);
        if (!isUnfinished(status.status)) {
            const bool isForPrograms = look_.format == Format::Json || look_.format == Format::Csv;
            if (isForPrograms)
                writeEntity(output_, look_, status.json);
            else
                output_.write(withoutControls(status.message) + '\n');
            if (onChange) onChange();
            return Result::Ok;
        }
        const auto time = std::chrono::steady_clock::now() - start;
        if (time >= limit)
            return refuse("After " + std::to_string(limit.count()) + " s it is " + status.status +
                          ". The server goes on with it. To wait for it: WAIT '" + commandId +
                          "';");
        output_.progress(
            status.status + " … " +
            std::to_string(std::chrono::duration_cast<std::chrono::seconds>(time).count()) +
            " s (Ctrl-C stops waiting, not the statement)");
        const Woken woken = waitFor(pause, std::chrono::milliseconds(250));
        if (woken != Woken::Timeout) throw CalledOff{woken};
    }
}

Result Session::showStatus(const std::string& commandId) {
    const ksqldb::CommandStatus status =
        execute(client_, ksqldb::commandStatus(commandId), ksqldb::CommandOptions());
    writeEntity(output_, look_, status.json);
    return Result::Ok;
}

}  // namespace shell
