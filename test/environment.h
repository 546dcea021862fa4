#pragma once
#include <cstdlib>
#include <optional>
#include <string>

namespace ksqldb::test {

/// Sets a variable of the environment for its lifetime. While no other thread reads it.
class Variable {
public:
    Variable(std::string name, const std::string& value) : name_(std::move(name)) {
        if (const char* const before = std::getenv(name_.c_str())) before_ = before;
        setenv(name_.c_str(), value.c_str(), 1);
    }
    ~Variable() {
        if (before_)
            setenv(name_.c_str(), before_->c_str(), 1);
        else
            unsetenv(name_.c_str());
    }
    Variable(const Variable&) = delete;
    Variable& operator=(const Variable&) = delete;

private:
    const std::string name_;
    std::optional<std::string> before_;
};

}  // namespace ksqldb::test
