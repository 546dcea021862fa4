#include "client/commands/commands_script.h"

#include "base/error_builder.h"
#include "client/commands/command_text.h"
#include "client/commands/uses_variables.h"
#include "client/options/option_checks.h"
#include "client/options/property_name.h"
#include "protocol/admin_replies.h"
#include "protocol/session_variables.h"
#include "protocol/sql_tokenizer.h"

#include <ksqldb/script.h>

#include <memory>
#include <utility>

namespace ksqldb {

using detail::CommandRequest;
using detail::CommandStep;
using protocol::SqlKind;
using protocol::SqlProblem;
using protocol::SqlStatement;

namespace {

using Statements = std::shared_ptr<const std::vector<SqlStatement>>;

class ScriptRun : public detail::CommandRunOf<ScriptResult>, public client::UsesVariables {
public:
    ScriptRun(Statements statements, OnScriptError onError)
        : statements_(std::move(statements)), onError_(onError) {}

    void useVariables(const protocol::SessionVariables& variables) override {
        callsVariables_ = variables;
    }

    CommandStep start(TimePoint) override { return next(); }

    CommandStep onAnswer(RawResponse answer, TimePoint now) override {
        if (!detail::isSuccess(answer.status))
            return onError(detail::commandError({}, answer), now);
        try {
            StatementResult result = protocol::readStatementResult(detail::readEntities(answer));
            if (result.sequenceNumber >= 0) sequenceNumber_ = result.sequenceNumber;
            step().result = std::move(result);
        } catch (...) {
            return onError(detail::readerError(), now);
        }
        return next();
    }

    CommandStep onError(const Error& error, TimePoint) override {
        const bool isCalledOff = error.category() == ErrorCategory::Cancelled ||
                                 error.code() == ErrorCode::ClientClosed ||
                                 error.code() == ErrorCode::UsedAfterFork;
        if (isCalledOff) return CommandStep::failed(error);
        return failStep(error) ? next() : finish(std::move(result_));
    }

    CommandStep onNotSent(const Error& error, TimePoint now) override {
        return onError(error, now);
    }

private:
    ScriptResult::Step& step() { return result_.steps.back(); }

    /// False: the script ends here.
    bool failStep(const Error& error) {
        step().error =
            detail::ErrorBuilder(error).statement(client::withoutSecrets(step().sql)).build();
        return onError_ == OnScriptError::GoOn;
    }

    /// Goes through the statements up to the next one that has to be sent.
    CommandStep next() {
        while (at_ < statements_->size()) {
            const SqlStatement& statement = (*statements_)[at_++];
            result_.steps.push_back({statement.text, statement.place.line, statement.place.column,
                                     statement.place.offset, std::nullopt, std::nullopt});
            if (!isSetting(statement.kind)) return CommandStep::send(requestFor(statement));
            if (!keep(statement)) return finish(std::move(result_));
        }
        result_.isComplete = true;
        return finish(std::move(result_));
    }

    static bool isSetting(SqlKind kind) {
        return kind == SqlKind::Set || kind == SqlKind::Unset || kind == SqlKind::Define ||
               kind == SqlKind::Undefine;
    }

    CommandRequest requestFor(const SqlStatement& statement) const {
        CommandRequest request = detail::statementRequest(Statement(statement.text));
        request.properties = properties_;
        request.sessionVariables.insert(variables_.begin(), variables_.end());
        request.sequenceNumber = sequenceNumber_;
        return request;
    }

    /// False: the script ends here.
    bool keep(const SqlStatement& statement) {
        auto setting = protocol::settingOf(statement.text);
        if (!setting)
            return failStep(Error(ErrorCode::InvalidArgument,
                                  "not as SET, UNSET, DEFINE and UNDEFINE are written"));
        // The server never sees these statements, so what it would fill in is filled in here.
        const protocol::SessionVariables all = protocol::merged(callsVariables_, variables_);
        setting->name = protocol::withVariables(setting->name, all);
        if (setting->value) setting->value = protocol::withVariables(*setting->value, all);
        const bool isProperty = statement.kind == SqlKind::Set || statement.kind == SqlKind::Unset;
        if (isProperty) setting->name = client::propertyName(setting->name);
        step().result = isProperty ? kept(*setting, properties_) : kept(*setting, variables_);
        return true;
    }

    template <class Map>
    static StatementResult kept(const protocol::SqlSetting& setting, Map& settings) {
        StatementResult result;
        if (setting.value)
            settings[setting.name] = *setting.value;
        else if (settings.erase(setting.name) == 0)
            result.message = setting.name + " was not set";
        return result;
    }

    const Statements statements_;
    const OnScriptError onError_;
    std::size_t at_ = 0;
    std::map<std::string, std::string> properties_;
    protocol::SessionVariables callsVariables_;
    protocol::SessionVariables variables_;  // the script's own
    std::optional<std::int64_t> sequenceNumber_;
    ScriptResult result_;
};

std::string placeOf(const SqlStatement& statement) {
    const protocol::SqlPlace& place =
        statement.problem == SqlProblem::Unclosed ? statement.problemPlace : statement.place;
    return "line " + std::to_string(place.line) + ", column " + std::to_string(place.column) + ": ";
}

StatementKind publicKind(const SqlStatement& statement) {
    switch (statement.kind) {
        case SqlKind::Query:
            return protocol::isPushQuery(statement.text) ? StatementKind::PushQuery
                                                         : StatementKind::PullQuery;
        case SqlKind::Print:
            return StatementKind::Print;
        case SqlKind::Set:
            return StatementKind::Set;
        case SqlKind::Unset:
            return StatementKind::Unset;
        case SqlKind::Define:
            return StatementKind::Define;
        case SqlKind::Undefine:
            return StatementKind::Undefine;
        case SqlKind::Shell:
            return StatementKind::Shell;
        case SqlKind::InsertValues:
        case SqlKind::Other:
            break;
    }
    return StatementKind::Other;
}

}  // namespace

void client::requireRunnable(const SqlStatement& statement, const std::string& where) {
    const auto refuse = [&](const std::string& why) {
        throw Error(ErrorCode::InvalidArgument, where + why);
    };
    if (statement.problem == SqlProblem::Unclosed) refuse("a quote or a comment has no end");
    protocol::SqlTokenizer tokenizer(statement.text);
    const std::string word(tokenizer.nextMeant().text);
    if (statement.kind == SqlKind::Query)
        refuse("SELECT is a query: executeQuery() or streamQuery() run it");
    if (statement.kind == SqlKind::Print)
        refuse("PRINT shows a topic for as long as it is read: Client::streamLines() runs it");
    if (statement.kind == SqlKind::Shell) refuse(word + " is known to ksqlDB's shell only");
    if (statement.problem == SqlProblem::NoSemicolon) refuse("the semicolon is missing");
}

std::vector<ScriptStatement> splitScript(std::string_view text) {
    std::vector<ScriptStatement> out;
    for (SqlStatement& statement : protocol::splitScript(text)) {
        ScriptStatement& split = out.emplace_back();
        split.kind = publicKind(statement);
        split.line = statement.place.line;
        split.column = statement.place.column;
        split.offset = statement.place.offset;
        split.isWhole = statement.problem == SqlProblem::None;
        if (auto setting = protocol::settingOf(statement.text)) {
            split.name = std::move(setting->name);
            split.value = std::move(setting->value);
        }
        split.sql = std::move(statement.text);
    }
    return out;
}

Command<ScriptResult> script(std::string_view text, OnScriptError onError) {
    client::checkUtf8(text, "the script");
    const auto statements =
        std::make_shared<const std::vector<SqlStatement>>(protocol::splitScript(text));
    detail::CommandPlan plan;
    plan.text =
        "script of " + std::to_string(statements->size()) +
        (onError == OnScriptError::GoOn ? " statements, going on at errors:" : " statements:");
    plan.isReadOnly = true;
    for (const SqlStatement& statement : *statements) {
        client::requireRunnable(statement, placeOf(statement));
        plan.text += '\n' + client::withoutSecrets(statement.text);
        plan.isReadOnly = plan.isReadOnly && client::isReadOnly(statement.text);
    }
    plan.request.http.body = text;  // what toString() does not show tells scripts apart, too
    return Command<ScriptResult>::fromRuns(std::move(plan), [statements, onError] {
        return std::make_unique<ScriptRun>(statements, onError);
    });
}

}  // namespace ksqldb
