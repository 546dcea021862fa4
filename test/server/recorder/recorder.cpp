#include "recorder.h"

#include "../json.h"
#include "dialer.h"
#include "recordings_writer.h"
#include "relay.h"

#include <atomic>
#include <condition_variable>
#include <exception>
#include <map>
#include <mutex>
#include <optional>
#include <utility>

namespace ksqldb::server {

struct Recorder::Impl {
    explicit Impl(RecorderOptions&& options)
        : complain(std::move(options.complain)),
          dialer(std::move(options.upstream), options.caFile),
          writer(std::move(options.folder)),
          settings{
              dialer.address(),
              options.recordLimit,
              [this](const auto& request, const auto& notThis) {
                  return connection(request, notThis);
              },
              [this](const auto& record, const Request& request) {
                  return writer.nameFor(request.path(), record.statement());
              },
              [this](Recording recording) { write(std::move(recording)); },
              [this](const std::string& text) { tell(text); },
              [this] { return isStopping.load(); },
              [this] {
                  std::lock_guard lock(mutex);
                  return serverVersion;
              },
          } {
        ServerOptions serverOptions = std::move(options.server);
        serverOptions.recordRequests = false;
        serverOptions.whileTheyCome = true;
        serverOptions.connectionEnded = [this](std::uint64_t id) { forget(id); };
        server.emplace(serverOptions);
        server->onAny([this](Exchange& exchange) { relay(exchange, settings); });
    }

    ~Impl() {
        isStopping = true;
        server.reset();
    }

    void tell(const std::string& text) const {
        if (complain) complain(text);
    }

    std::shared_ptr<UpstreamConnection> connection(
        const Request& request, const std::shared_ptr<UpstreamConnection>& notThis) {
        std::lock_guard lock(mutex);
        auto& current = connections[request.connection];
        if (!current || current == notThis) {
            current = std::make_shared<UpstreamConnection>(
                dialer, request.version == "HTTP/2",
                [this](const std::string& text) { tell(text); });
        }
        return current;
    }

    /// A program's connection has ended, so the upstream's ends, too.
    void forget(std::uint64_t id) {
        std::shared_ptr<UpstreamConnection> last;
        std::lock_guard lock(mutex);
        const auto found = connections.find(id);
        if (found == connections.end()) return;
        last = std::move(found->second);
        connections.erase(found);
    }

    void write(Recording recording) {
        learnVersion(recording);
        const std::string name = recording.name;
        try {
            writer.write(std::move(recording));
        } catch (const std::exception& error) {
            return tell("the recording " + name + " is lost: " + error.what());
        }
        std::lock_guard lock(mutex);
        ++written;
        changed.notify_all();
    }

    /// What recordings are of is told by /info, if a program asks for that.
    void learnVersion(Recording& recording) {
        if (!recording.request.path.ends_with("/info") || recording.response.status != 200) return;
        rapidjson::Document document;
        const std::string body = recording.responseBody();
        document.Parse(body.data(), body.size());
        if (document.HasParseError()) return;
        const auto* info = member(document, "KsqlServerInfo");
        if (info == nullptr) return;
        recording.server = textMember(*info, "version");
        std::lock_guard lock(mutex);
        serverVersion = recording.server;
    }

    const std::function<void(const std::string&)> complain;
    Dialer dialer;
    RecordingsWriter writer;
    const RelaySettings settings;
    std::atomic<bool> isStopping{false};
    std::mutex mutex;
    std::condition_variable changed;
    std::map<std::uint64_t, std::shared_ptr<UpstreamConnection>> connections;  // by the program's
    std::size_t written = 0;
    std::string serverVersion;
    std::optional<LocalServer> server;
};

Recorder::Recorder(RecorderOptions options) : impl_(std::make_unique<Impl>(std::move(options))) {}

Recorder::~Recorder() = default;

const LocalServer& Recorder::server() const { return *impl_->server; }

std::size_t Recorder::written() const {
    std::lock_guard lock(impl_->mutex);
    return impl_->written;
}

bool Recorder::waitForWritten(std::size_t count, std::chrono::milliseconds timeout) const {
    std::unique_lock lock(impl_->mutex);
    return impl_->changed.wait_for(lock, timeout, [&] { return impl_->written >= count; });
}

}  // namespace ksqldb::server
