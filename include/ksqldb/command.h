#pragma once
#include <ksqldb/error.h>
#include <ksqldb/export.h>
#include <ksqldb/outcome.h>
#include <ksqldb/raw_request.h>
#include <ksqldb/statement.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

namespace ksqldb {

/// @addtogroup statements
/// @{

/// One element of an answer of POST /ksql.
struct Entity {
    std::string type;                   ///< its "@type": "streams", "currentStatus"
    std::string statementText;          ///< the statement that it answers, as the server repeats it
    std::vector<std::string> warnings;  ///< what the server warns of
    std::string json;                   ///< the element as it came
};

namespace detail {

/// One HTTP request of a command. If `sql` is not empty it is a statement: whoever sends it makes
/// the body for POST /ksql, with the properties and variables of the call. Else `http` is the whole
/// request.
struct CommandRequest {
    std::string sql;
    /// The command's own; they win over those of the call.
    std::map<std::string, std::string> properties;
    std::map<std::string, std::string> sessionVariables;
    /// The server is to wait for this command first, `commandSequenceNumber`.
    std::optional<std::int64_t> sequenceNumber;
    RawRequest http;

    bool isReadOnly = false;      ///< repeating it does no harm
    bool takesAnyStatus = false;  ///< no status is an error
    /// Its texts are data. So where one holds `${`, the request is sent without session variables:
    /// with any, the server would replace it.
    bool isExact = false;
    /// How long the request allows the server to take. It is added to the limits of the call.
    std::chrono::milliseconds serverMayTake{0};
};
KSQLDB_API bool operator==(const CommandRequest& a, const CommandRequest& b);

/// What a command wants next.
struct CommandStep {
    enum class Kind : std::uint8_t { Send, Done, Failed };
    Kind kind = Kind::Done;
    CommandRequest request;             ///< Send
    std::chrono::milliseconds wait{0};  ///< Send: not before so much time
    /// Send: an exchange that has not ended by then is to be cut off, and told to onError().
    std::optional<std::chrono::steady_clock::time_point> deadline;
    std::optional<Error> error;  ///< Failed

    static CommandStep send(CommandRequest request) {
        CommandStep step;
        step.kind = Kind::Send;
        step.request = std::move(request);
        return step;
    }
    static CommandStep done() { return {}; }
    static CommandStep failed(Error error) {
        CommandStep step;
        step.kind = Kind::Failed;
        step.error = std::move(error);
        return step;
    }
};

/// One execution of a command: a state machine without socket, clock or thread. Whoever drives it
/// calls start(), does what the step says, and tells what came of it, until a step is Done or
/// Failed. A status of no success may be told either way. Nothing throws. *reentrant*
class KSQLDB_API CommandRun {
public:
    using TimePoint = std::chrono::steady_clock::time_point;

    CommandRun() = default;
    CommandRun(const CommandRun&) = delete;
    CommandRun& operator=(const CommandRun&) = delete;
    virtual ~CommandRun();

    virtual CommandStep start(TimePoint now) = 0;
    virtual CommandStep onAnswer(RawResponse answer, TimePoint now) = 0;
    virtual CommandStep onError(const Error& error, TimePoint now) = 0;
    /// What the last step wanted to send was not sent, because the call is over. A step that wants
    /// to send more is told the same.
    virtual CommandStep onNotSent(const Error& error, TimePoint now);
};

template <class T>
class CommandRunOf : public CommandRun {
public:
    /// The result. Requires a step that was Done; once.
    T take() { return std::move(*value_); }

protected:
    CommandStep finish(T value) {
        value_.emplace(std::move(value));
        return CommandStep::done();
    }

private:
    std::optional<T> value_;
};

/// The Error of an answer with a status of no success.
KSQLDB_API Error commandError(const CommandRequest& request, const RawResponse& answer);
/// The Error of what a reader threw. For a catch block.
KSQLDB_API Error readerError();
/// The elements of an answer of /ksql. Throws Error(MalformedResponse), or the Error of an element
/// that is one.
KSQLDB_API std::vector<Entity> readEntities(const RawResponse& answer);
KSQLDB_API CommandRequest statementRequest(const Statement& statement);
/// For people: a statement without the values of a connector's configuration, method and path.
KSQLDB_API std::string commandText(const CommandRequest& request);

inline bool isSuccess(int status) { return status >= 200 && status < 300; }

/// One request, one answer.
template <class T>
class SingleRun : public CommandRunOf<T> {
public:
    using Read = std::function<T(const RawResponse&)>;
    SingleRun(CommandRequest request, Read read)
        : request_(std::move(request)), read_(std::move(read)) {}

    CommandStep start(CommandRun::TimePoint) override { return CommandStep::send(request_); }
    CommandStep onAnswer(RawResponse answer, CommandRun::TimePoint now) override {
        if (!request_.takesAnyStatus && !isSuccess(answer.status))
            return onError(commandError(request_, answer), now);
        try {
            return this->finish(read_(answer));
        } catch (...) {
            return CommandStep::failed(readerError());
        }
    }
    CommandStep onError(const Error& error, CommandRun::TimePoint) override {
        return CommandStep::failed(error);
    }

private:
    CommandRequest request_;
    Read read_;
};

/// What a command is, whatever it brings.
struct CommandPlan {
    CommandRequest request;  ///< the first, or the only one; tells commands apart
    std::string text;        ///< for people; tells commands apart that begin alike
    bool isReadOnly = false;
};

}  // namespace detail

/// A command: anything that the server can be asked and that is no query, as a value. It knows what
/// is sent, and how the answer becomes a T. Nothing is sent before Client::execute(), which may be
/// called as often as wanted. A command can be made, printed, compared and tested without a server.
/// Cheap to copy; immutable. *thread-safe*
///
/// The functions of listings.h, describe.h, queries.h and the other headers of commands.h make
/// commands. An application can make its own:
///
///     const Command<std::size_t> types("LIST TYPES;",
///                                      [](const std::vector<Entity>& all) { return all.size(); });
///     types.read({200, {}, R"([{"@type":"type_list"}])"});  // 1
template <class T>
class Command {
public:
    /// What executing it brings.
    using Value = T;
    /// Makes a T of the elements of the answer.
    using Read = std::function<T(const std::vector<Entity>&)>;
    /// What is called with the outcome. A nested name, so that a lambda given for it needs no
    /// `<T>`.
    using Done = std::function<void(Outcome<T>)>;
    /// For the library: one execution.
    using Run = detail::CommandRunOf<T>;
    /// For the library: begins one.
    using MakeRun = std::function<std::unique_ptr<Run>()>;

    /// Makes a command of one or several statements, sent in one request.
    /// - `read` gets the elements of the answer; statements like SET have none. It may run on any
    ///   thread, and on two at once. What it throws fails the call.
    ///
    /// Throws as Statement::sql() does.
    /// Source: POST /ksql.
    Command(const Statement& statement, Read read)
        : Command(fromRequest(detail::statementRequest(statement),
                              [read = std::move(read)](const RawResponse& answer) {
                                  return read(detail::readEntities(answer));
                              })) {}

    /// For the library: any one request.
    static Command fromRequest(detail::CommandRequest request,
                               std::function<T(const RawResponse&)> read) {
        detail::CommandPlan plan{request, detail::commandText(request), request.isReadOnly};
        return fromRuns(std::move(plan), [request = std::move(request), read = std::move(read)] {
            return std::make_unique<detail::SingleRun<T>>(request, read);
        });
    }
    /// For the library: several requests.
    static Command fromRuns(detail::CommandPlan plan, MakeRun makeRun) {
        Command command;
        command.plan_ = std::make_shared<const detail::CommandPlan>(std::move(plan));
        command.makeRun_ = std::move(makeRun);
        return command;
    }

    /// The statement that is sent. Empty where none is sent, or more than one request.
    const std::string& sql() const noexcept { return plan_->request.sql; }
    /// Whether it changes nothing on the server, so that a Client may repeat one that failed.
    bool isReadOnly() const noexcept { return plan_->isReadOnly; }
    /// For people and logs: "LIST STREAMS;", "GET /info". Shows no value of a connector's
    /// configuration, and nothing of a raw request's headers and body.
    const std::string& toString() const noexcept { return plan_->text; }

    /// What executing it would bring for this one answer. Throws the Error that the call would end
    /// with, and Error(InvalidArgument) for a command that needs more than one answer.
    T read(RawResponse answer) const {
        const auto run = makeRun_();
        const detail::CommandRun::TimePoint now{};
        detail::CommandStep step = run->start(now);
        if (step.kind == detail::CommandStep::Kind::Send)
            step = run->onAnswer(std::move(answer), now);
        if (step.kind == detail::CommandStep::Kind::Failed) throw Error(*step.error);
        if (step.kind == detail::CommandStep::Kind::Send)
            throw Error(ErrorCode::InvalidArgument, toString() + " wants more than one answer");
        return run->take();
    }

    /// One execution, for whoever sends the requests: the Client.
    std::unique_ptr<Run> newRun() const { return makeRun_(); }

    /// Whether both send the same and have the same name. How the answer is read is not compared.
    friend bool operator==(const Command& a, const Command& b) {
        return a.plan_->text == b.plan_->text && a.plan_->request == b.plan_->request;
    }
    friend bool operator!=(const Command& a, const Command& b) { return !(a == b); }
    friend std::ostream& operator<<(std::ostream& out, const Command& command) {
        return out << command.toString();
    }

private:
    Command() = default;

    std::shared_ptr<const detail::CommandPlan> plan_;
    MakeRun makeRun_;
};

/// @}

}  // namespace ksqldb
