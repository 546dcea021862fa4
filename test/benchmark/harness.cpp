#include "harness.h"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <stdexcept>

namespace ksqldb::benchmark {

namespace {

double seconds(const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
}

double nsPerRow(const std::vector<Sample>& samples, double Sample::*what, std::size_t rows) {
    std::vector<double> values;
    for (const Sample& sample : samples)
        values.push_back(sample.*what * 1e9 / static_cast<double>(rows));
    return median(values);
}

}  // namespace

ServerProcess::ServerProcess(const std::string& program) {
    int ends[2];
    if (pipe(ends) != 0) throw std::runtime_error("no pipe");
    pid_ = fork();
    if (pid_ == 0) {
        dup2(ends[1], STDOUT_FILENO);
        close(ends[0]);
        close(ends[1]);
        execl(program.c_str(), program.c_str(), static_cast<char*>(nullptr));
        _exit(127);
    }
    close(ends[1]);
    output_ = ends[0];
    const std::string port = readLine();
    if (port.empty()) throw std::runtime_error("cannot start " + program);
    url_ = "http://127.0.0.1:" + port;
}

ServerProcess::~ServerProcess() {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
    close(output_);
}

std::string ServerProcess::readLine() const {
    std::string line;
    char character = 0;
    while (read(output_, &character, 1) == 1 && character != '\n') line += character;
    return line;
}

std::int64_t ServerProcess::lastByteSent() const { return std::stoll(readLine()); }

double cpuSeconds() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

double systemSeconds() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return seconds(usage.ru_stime);
}

double threadCpuSeconds() {
    rusage usage{};
    getrusage(RUSAGE_THREAD, &usage);
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

std::size_t residentBytes() {
    std::size_t total = 0;
    std::size_t resident = 0;
    std::ifstream("/proc/self/statm") >> total >> resident;
    return resident * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

std::int64_t realtimeNs() {
    timespec now{};
    clock_gettime(CLOCK_REALTIME, &now);
    return static_cast<std::int64_t>(now.tv_sec) * 1'000'000'000 + now.tv_nsec;
}

void raiseFileLimit() {
    rlimit limit{};
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

void preferThisProcess() { setpriority(PRIO_PROCESS, 0, -15); }

Sample measure(const std::function<void()>& run) {
    const double cpu = cpuSeconds();
    const double system = systemSeconds();
    const auto start = std::chrono::steady_clock::now();
    run();
    Sample sample;
    sample.seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    sample.cpu = cpuSeconds() - cpu;
    sample.system = systemSeconds() - system;
    return sample;
}

double quantile(std::vector<double>& values, double part) {
    if (values.empty()) return 0;
    std::sort(values.begin(), values.end());
    return values[std::min(values.size() - 1,
                           static_cast<std::size_t>(part * static_cast<double>(values.size())))];
}

double median(std::vector<double> values) { return quantile(values, 0.5); }

double Contender::perSecond(std::size_t rows) const {
    std::vector<double> values;
    for (const Sample& sample : samples)
        values.push_back(static_cast<double>(rows) / sample.seconds);
    return median(values);
}
double Contender::cpuNs(std::size_t rows) const { return nsPerRow(samples, &Sample::cpu, rows); }
double Contender::systemNs(std::size_t rows) const {
    return nsPerRow(samples, &Sample::system, rows);
}

void interleave(std::vector<Contender>& contenders, int rounds) {
    for (int round = -1; round < rounds; ++round)
        for (Contender& contender : contenders) {
            const Sample sample = measure(contender.run);
            if (round >= 0) contender.samples.push_back(sample);
        }
}

double ratio(const Contender& of, const Contender& to) {
    std::vector<double> values;
    for (std::size_t i = 0; i < of.samples.size(); ++i)
        values.push_back(to.samples[i].seconds / of.samples[i].seconds);
    return median(values);
}

std::string option(int argc, char** argv, const std::string& name, const std::string& otherwise) {
    const std::string start = "--" + name + '=';
    for (int i = 1; i < argc; ++i)
        if (std::string(argv[i]).rfind(start, 0) == 0) return argv[i] + start.size();
    return otherwise;
}

std::size_t option(int argc, char** argv, const std::string& name, std::size_t otherwise) {
    return std::stoull(option(argc, argv, name, std::to_string(otherwise)));
}

}  // namespace ksqldb::benchmark
