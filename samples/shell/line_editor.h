#pragma once
#include "completion.h"

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace shell {

/// Reads lines from the terminal, with editing, history and completion: libedit. The user's
/// ~/.editrc holds.
class LineEditor {
public:
    /// Gives what may stand at a place of the line that is being edited.
    using Complete = std::function<Completion(std::string_view before, std::string_view after)>;

    explicit LineEditor(Complete complete);
    LineEditor(const LineEditor&) = delete;
    LineEditor& operator=(const LineEditor&) = delete;
    ~LineEditor();

    enum class Got {
        Line,
        Interrupted,  ///< Ctrl-C
        End,          ///< Ctrl-D in an empty line
        Terminated,
    };
    /// The line comes without its end.
    Got read(const std::string& prompt, std::string& line);

    /// Keeps the history in this file as well.
    void useFile(const std::string& path);
    /// Adds to the history, and at once to the file.
    void remember(const std::string& statement);
    std::vector<std::string> history() const;

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace shell
