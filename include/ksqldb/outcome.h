#pragma once
#include <ksqldb/error.h>

#include <utility>
#include <variant>

namespace ksqldb {

/// @addtogroup failing
/// @{

/// What became of a call: its value, or the Error that a future would have thrown. *reentrant*
template <class T>
class Outcome {
public:
    /// A value.
    Outcome(T value) : state_(std::move(value)) {}
    /// An Error.
    Outcome(Error error) : state_(std::move(error)) {}

    /// Whether there is a value.
    bool ok() const noexcept { return state_.index() == 0; }
    explicit operator bool() const noexcept { return ok(); }

    /// The value. Throws the Error where there is none. Of a temporary it is moved out.
    T& value() & {
        throwIfFailed();
        return *std::get_if<0>(&state_);
    }
    const T& value() const& {
        throwIfFailed();
        return *std::get_if<0>(&state_);
    }
    T value() && {
        throwIfFailed();
        return std::move(*std::get_if<0>(&state_));
    }

    /// The Error. Requires !ok().
    const Error& error() const& { return std::get<1>(state_); }
    Error error() && { return std::get<1>(state_); }

private:
    void throwIfFailed() const {
        if (const Error* error = std::get_if<1>(&state_)) throw *error;
    }

    std::variant<T, Error> state_;
};

/// @}

}  // namespace ksqldb
