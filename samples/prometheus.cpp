// Metrics of a Client for Prometheus: an Observer counts, and a function writes the text that
// Prometheus reads.
#include "sample.h"

#include <ksqldb/observer.h>

#include <array>
#include <map>
#include <mutex>
#include <ostream>
#include <sstream>

namespace {

using Seconds = std::chrono::duration<double>;

/// Counters and histograms in Prometheus' text format. A program that has prometheus-cpp or the
/// like uses that instead. *thread-safe*
class Registry {
public:
    void add(const std::string& name, const std::string& labels, double value) {
        const std::lock_guard lock(mutex_);
        counters_[name][labels] += value;
    }
    void observe(const std::string& name, const std::string& labels, Seconds time) {
        const std::lock_guard lock(mutex_);
        Histogram& histogram = histograms_[name][labels];
        for (std::size_t i = 0; i < limits.size(); ++i)
            if (time.count() <= limits[i]) ++histogram.below[i];
        ++histogram.count;
        histogram.sum += time.count();
    }
    void write(std::ostream& out) const {
        const std::lock_guard lock(mutex_);
        out.precision(15);
        for (const auto& [name, series] : counters_) {
            out << "# TYPE " << name << " counter\n";
            for (const auto& [labels, value] : series)
                out << name << '{' << labels << "} " << value << '\n';
        }
        for (const auto& [name, series] : histograms_) {
            out << "# TYPE " << name << " histogram\n";
            for (const auto& [labels, histogram] : series) {
                for (std::size_t i = 0; i < limits.size(); ++i)
                    out << name << "_bucket{" << labels << ",le=\"" << limits[i] << "\"} "
                        << histogram.below[i] << '\n';
                out << name << "_bucket{" << labels << ",le=\"+Inf\"} " << histogram.count << '\n'
                    << name << "_sum{" << labels << "} " << histogram.sum << '\n'
                    << name << "_count{" << labels << "} " << histogram.count << '\n';
            }
        }
    }

private:
    static constexpr std::array<double, 6> limits{0.001, 0.01, 0.1, 1, 10, 100};
    struct Histogram {
        std::array<std::uint64_t, limits.size()> below{};
        std::uint64_t count = 0;
        double sum = 0;
    };
    mutable std::mutex mutex_;
    std::map<std::string, std::map<std::string, double>> counters_;
    std::map<std::string, std::map<std::string, Histogram>> histograms_;
};

std::string label(const std::string& name, const std::string& value) {
    std::string text = name + "=\"";
    for (const char c : value) {
        if (c == '"' || c == '\\') text += '\\';
        text += c;
    }
    return text + '"';
}

std::string outcome(const std::optional<ksqldb::ObservedFailure>& failure) {
    return label("outcome", failure ? std::string(toString(failure->code)) : "ok");
}

class Metrics : public ksqldb::Observer {
public:
    void onRequestEnd(const ksqldb::ObservedRequest& request, const ksqldb::RequestResult& result,
                      const ksqldb::ObserverContext&) override {
        // Only the first word: /status/… has a path for each command, and would be a series for
        // each.
        const std::string path =
            label("path", std::string(request.path.substr(0, request.path.find('/', 1))));
        registry_.add("ksqldb_requests_total", path + ',' + outcome(result.failure), 1);
        registry_.add("ksqldb_received_bytes_total", path,
                      static_cast<double>(result.receivedBytes));
        if (result.isRepeated) registry_.add("ksqldb_repetitions_total", path, 1);
        if (result.times.firstByte)
            registry_.observe("ksqldb_first_byte_seconds", path, *result.times.firstByte);
    }

    void onCallEnd(const ksqldb::ObservedCall& call, const ksqldb::CallResult& result,
                   const ksqldb::ObserverContext&) override {
        const std::string kind = label("kind", std::string(toString(call.kind)));
        registry_.add("ksqldb_calls_total", kind + ',' + outcome(result.failure), 1);
        if (!result.query) return;
        registry_.add("ksqldb_rows_total", kind, static_cast<double>(result.query->rows));
        registry_.add("ksqldb_paused_seconds_total", kind,
                      Seconds(result.query->pausedTime).count());
    }

    /// What a program answers to GET /metrics.
    std::string text(const ksqldb::Client& client) const {
        std::ostringstream out;
        registry_.write(out);
        const ksqldb::ClientStatistics now = client.statistics();
        out << "# TYPE ksqldb_running_calls gauge\n"
            << "ksqldb_running_calls " << now.runningCalls << '\n'
            << "# TYPE ksqldb_open_connections gauge\n"
            << "ksqldb_open_connections " << now.openConnections << '\n';
        return out.str();
    }

private:
    Registry registry_;
};

}  // namespace

int main() try {
    const auto metrics = std::make_shared<Metrics>();
    ksqldb::Client client(sample::server().observer(metrics));

    client.serverInfo().get();
    client.executeQuery("SELECT * FROM RATINGS_BY_USER WHERE USER_ID = 'alice';").get();
    auto ratings = client.streamQuery("select * from RATINGS EMIT CHANGES LIMIT 4;");
    for (ksqldb::RowView row : ratings) (void)row;

    // A stream can be asked while it runs, too.
    const ksqldb::QueryStatistics stream = ratings.statistics();
    std::cout << "# " << stream.rows << " rows in " << stream.batches << " batches, "
              << stream.pauses << " pauses\n";
    std::cout << metrics->text(client);
} catch (const ksqldb::Error& error) {
    return sample::failed(error);
}
