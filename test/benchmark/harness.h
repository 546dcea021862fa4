#pragma once
#include "data_set.h"

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace ksqldb::benchmark {

/// The benchmarks' server, as long as this object lives.
class ServerProcess {
public:
    explicit ServerProcess(const std::string& program);
    ~ServerProcess();
    ServerProcess(const ServerProcess&) = delete;
    ServerProcess& operator=(const ServerProcess&) = delete;

    const std::string& url() const { return url_; }
    /// When the last byte was sent of the oldest answer that was to be told of, and was not yet.
    std::int64_t lastByteSent() const;

private:
    std::string readLine() const;

    pid_t pid_;
    int output_;
    std::string url_;
};

/// CPU time of this process so far, user and system.
double cpuSeconds();
double systemSeconds();
/// Of the calling thread.
double threadCpuSeconds();
std::size_t residentBytes();
std::int64_t realtimeNs();
void raiseFileLimit();
/// And the server, if it is started after this. Where that is not allowed, nothing happens.
void preferThisProcess();

/// What one run took.
struct Sample {
    double seconds = 0;
    double cpu = 0;
    double system = 0;
};
Sample measure(const std::function<void()>& run);

double median(std::vector<double> values);
/// The value below which that part of the values lies.
double quantile(std::vector<double>& values, double part);

/// One way of doing the same work as the others.
struct Contender {
    std::string name;
    std::function<void()> run;
    std::string floor;  // whose rows per second are 1
    std::vector<Sample> samples;

    double perSecond(std::size_t rows) const;
    double cpuNs(std::size_t rows) const;
    double systemNs(std::size_t rows) const;
};

/// All of them in turn, so that what else the machine does strikes all alike; once more before that
/// to get warm.
void interleave(std::vector<Contender>& contenders, int rounds);

/// The median over the rounds of a contender's rows per second in terms of another's.
double ratio(const Contender& of, const Contender& to);

/// The value of `--name=`, or the default.
std::string option(int argc, char** argv, const std::string& name, const std::string& otherwise);
std::size_t option(int argc, char** argv, const std::string& name, std::size_t otherwise);

}  // namespace ksqldb::benchmark
