#include "asked.h"
#include "description.h"
#include "insert_target.h"
#include "options.h"
#include "push_query.h"
#include "server/json.h"
#include "server/local_server.h"
#include "server/own_answers.h"
#include "server/statement.h"

#include <ksqldb/error.h>
#include <ksqldb/testing/server.h>

#include <atomic>
#include <functional>
#include <optional>
#include <stdexcept>

namespace ksqldb::testing {

using server::Exchange;
using server::LocalServer;

namespace {

/// A path without its query, and with its percent-encoded characters as they are.
std::string plainPath(const std::string& path) {
    std::string plain;
    for (std::size_t i = 0; i < path.size(); ++i) {
        if (path[i] != '%' || i + 2 >= path.size()) {
            plain += path[i];
            continue;
        }
        plain += static_cast<char>(std::stoi(path.substr(i + 1, 2), nullptr, 16));
        i += 2;
    }
    return plain;
}

using Fits = std::function<bool(const server::Request&)>;

/// Whether the request fits; none when it is answered, since the test's function has thrown.
std::optional<bool> fitsOrRefused(const Fits& fits, Exchange& exchange) {
    std::string failure = "an exception of an unknown type";
    try {
        return !fits || fits(exchange.request());
    } catch (const std::exception& error) {
        failure = error.what();
    } catch (...) {
    }
    server::refuse(exchange, 500, server::genericError(50000, "onMatch() has thrown: " + failure));
    return std::nullopt;
}

}  // namespace

struct Server::Impl {
    /// What the server's scripts know besides their descriptions.
    struct Shared {
        std::atomic<std::int64_t> sequenceNumber{0};
        std::mutex mutex;
        std::vector<std::string> statements;  // that are described

        void describe(std::string_view statement) {
            std::lock_guard lock(mutex);
            statements.emplace_back(statement);
        }
        /// For a statement that nobody has described.
        std::string hint(const std::string& statement) {
            std::lock_guard lock(mutex);
            if (statements.empty()) return "No statement is described.";
            const auto near = server::nearest(statement, statements, 3);
            if (near.empty()) return "Nothing like it is described.";
            std::string text = "Described are, nearest to it:";
            for (const auto& known : near) text += '\n' + known;
            return text;
        }
    };

    static std::shared_ptr<LocalServer> listening(const ServerOptions::Impl& options) {
        server::ServerOptions own;
        own.tls = options.tls;
        (options.tls ? own.tlsPort : own.port) = options.port;
        own.basePath = options.basePath;
        own.http2 = options.http2;
        try {
            return std::make_shared<LocalServer>(own);
        } catch (const std::exception& error) {
            throw Error(
                ErrorCode::InvalidArgument,
                "cannot listen on port " + std::to_string(options.port) + ": " + error.what());
        }
    }

    explicit Impl(const ServerOptions::Impl& given)
        : options(given), local(listening(given)), shared(std::make_shared<Shared>()) {
        if (options.apiKey) local->requireBasicAuth(options.apiKey->first, options.apiKey->second);
        if (options.bearerToken) local->requireBearerToken(*options.bearerToken);
        hintAtTheEnd();
    }
    ~Impl() { local->stop(); }

    /// Scripts are asked latest first, so this one is the last.
    void hintAtTheEnd() {
        local->onAny([shared = shared](Exchange& exchange) {
            // A hint of a description's own is worth more.
            const bool isHinted = !exchange.hint().empty() || exchange.request().sql().empty();
            exchange.pass(isHinted ? "" : shared->hint(exchange.request().sql()));
        });
    }

    /// Where `fits` is empty, `statement` decides.
    Answer add(std::string_view statement, Fits fits) {
        auto description = std::make_shared<Answer::Impl>();
        local->on({}, statement,
                  [description, shared = shared, fits = std::move(fits)](Exchange& exchange) {
                      const auto isGood = fitsOrRefused(fits, exchange);
                      if (!isGood) return;
                      if (!*isGood) return exchange.pass();
                      description->serve(exchange, ++shared->sequenceNumber);
                  });
        return Answer(std::move(description));
    }

    std::string url() const {
        return (options.tls ? local->tlsUrl() : local->url()) + options.basePath;
    }

    const ServerOptions::Impl options;
    const std::shared_ptr<LocalServer> local;
    const std::shared_ptr<Shared> shared;
};

namespace {

void requireText(std::string_view text, const char* what) {
    if (server::comparableStatement(text).empty())
        throw Error(ErrorCode::InvalidArgument, std::string(what) + " without a statement");
}

}  // namespace

Server::Server() : Server(ServerOptions()) {}
Server::Server(const ServerOptions& options) : impl_(std::make_unique<Impl>(*options.impl_)) {}
Server::~Server() = default;

std::string Server::url() const { return impl_->url(); }
std::uint16_t Server::port() const {
    return impl_->options.tls ? impl_->local->tlsPort() : impl_->local->port();
}
std::string Server::caFile() const {
    if (!impl_->options.tls)
        throw Error(ErrorCode::InvalidArgument, "caFile() of a server without tls()");
    return impl_->local->caFile().string();
}

ClientOptions Server::clientOptions() const {
    const ServerOptions::Impl& own = impl_->options;
    ClientOptions options(impl_->url());
    if (own.tls) options.caFile(caFile());
    if (own.apiKey) options.apiKey(own.apiKey->first, own.apiKey->second);
    if (own.bearerToken) options.credentials(Credentials::bearer(*own.bearerToken));
    // It never leaves this machine.
    if (!own.tls && (own.apiKey || own.bearerToken)) options.allowCredentialsOverPlainHttp();
    return options.proxy("direct");
}

Answer Server::on(std::string_view statement) {
    requireText(statement, "on()");
    impl_->shared->describe(statement);
    return impl_->add(statement, nullptr);
}

Answer Server::onPrefix(std::string_view beginning) {
    requireText(beginning, "onPrefix()");
    impl_->shared->describe(std::string(beginning) + "…");
    return impl_->add({}, [begins = server::comparableStatement(beginning)](const auto& request) {
        return server::comparableStatement(request.sql()).rfind(begins, 0) == 0;
    });
}

Answer Server::onMatch(std::function<bool(const Request&)> matches) {
    if (!matches) throw Error(ErrorCode::InvalidArgument, "onMatch() without a function");
    return impl_->add({}, [matches = std::move(matches)](const server::Request& request) {
        return matches(detail::asked(request));
    });
}

Answer Server::onAny() {
    return impl_->add({}, [](const server::Request& request) { return !request.sql().empty(); });
}

Answer Server::onPath(std::string_view path) {
    if (path.empty() || path.front() != '/')
        throw Error(ErrorCode::InvalidArgument, "onPath() with what is no path");
    return impl_->add({}, [path = std::string(path)](const server::Request& request) {
        return plainPath(request.path()) == path;
    });
}

Push Server::onPush(std::string_view statement) {
    requireText(statement, "onPush()");
    if (!detail::isPush(std::string(statement)))
        throw Error(ErrorCode::InvalidArgument, "onPush() of a statement without EMIT CHANGES");
    impl_->shared->describe(statement);
    auto push = std::make_shared<Push::Impl>();
    impl_->local->on({}, statement, [push](Exchange& exchange) { push->serve(exchange); });
    return Push(std::move(push));
}

Inserts Server::insertsInto(std::string_view target, std::string_view columns) {
    auto inserts = std::make_shared<Inserts::Impl>();
    inserts->server = impl_->local;
    try {
        inserts->target = server::identifierName(target);
    } catch (const std::invalid_argument& error) {
        throw Error(ErrorCode::InvalidArgument, error.what());
    }
    const std::string quoted = '`' + inserts->target + '`';
    if (columns.empty()) {
        impl_->local->inserts().declareAny(quoted);
    } else {
        inserts->columns = detail::columnsOf(columns);
        impl_->local->inserts().declare(quoted, columns);
    }
    inserts->target = quoted;
    return Inserts(std::move(inserts));
}

std::vector<Request> Server::requests() const {
    std::vector<Request> all;
    for (const auto& request : impl_->local->requests()) all.push_back(detail::asked(request));
    return all;
}

std::vector<std::string> Server::statements() const {
    std::vector<std::string> all;
    for (const auto& request : impl_->local->requests())
        if (std::string statement = request.sql(); !statement.empty())
            all.push_back(std::move(statement));
    return all;
}

bool Server::waitForRequests(std::size_t count, milliseconds timeout) const {
    return impl_->local->waitForRequests(count, timeout);
}
void Server::forgetRequests() { impl_->local->forgetRequests(); }
void Server::forgetAnswers() {
    impl_->local->clearScripts();
    std::lock_guard lock(impl_->shared->mutex);
    impl_->shared->statements.clear();
    impl_->hintAtTheEnd();
}

std::vector<std::string> Server::runningQueries() const { return impl_->local->runningQueries(); }
bool Server::waitForRunningQueries(std::size_t count, milliseconds timeout) const {
    return impl_->local->waitForRunningQueries(count, timeout);
}
std::size_t Server::openConnections() const { return impl_->local->openConnections(); }

void Server::kill() { impl_->local->kill(); }
void Server::shutDown() { impl_->local->stopOrderly(); }
void Server::start() { impl_->local->start(); }

}  // namespace ksqldb::testing
