#pragma once
#include <ksqldb/error.h>

#include <utility>
#include <variant>

namespace ksqldb {

/// What a completion callback gets: a value, or the Error that a future would have thrown.
template <class T>
class Outcome {
public:
    Outcome(T value) : state_(std::move(value)) {}
    Outcome(Error error) : state_(std::move(error)) {}

    bool ok() const noexcept { return state_.index() == 0; }
    explicit operator bool() const noexcept { return ok(); }

    /// The value; throws the Error where there is none.
    T& value() & {
        if (!ok()) throw error();
        return std::get<0>(state_);
    }
    T&& value() && { return std::move(value()); }

    /// The Error. Requires !ok().
    const Error& error() const { return std::get<1>(state_); }

private:
    std::variant<T, Error> state_;
};

}  // namespace ksqldb
