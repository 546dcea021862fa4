#pragma once
#include <cstddef>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>

namespace shell {

/// What a text is, for its colour. Without colours all are the same.
enum class Style { Plain, Error, Mark, Dim };

/// Where results go: the standard output, and the file of SPOOL while there is one. Messages about
/// errors go to standard error, and to that file.
class Output {
public:
    Output();
    ~Output();

    /// Bytes as they are; but a terminal does not get control characters, which it would obey.
    void write(std::string_view text);
    void flush();
    /// A message, with a line end.
    void message(std::string_view text, Style style = Style::Plain);
    void error(std::string_view text, Style style = Style::Error);
    /// The line that goes away, on a terminal only. An empty one takes it away.
    void progress(std::string_view text);

    bool isTerminal() const noexcept { return isTerminal_; }
    /// The width of the terminal; 0 where it is none.
    std::size_t width() const noexcept;

    /// The same of where errors go.
    std::size_t errorWidth() const noexcept;
    void clearScreen();

    /// Begins to copy into this file, which is made anew. Throws std::system_error.
    void spoolTo(const std::string& path);
    void stopSpool() noexcept { spool_.reset(); }
    bool spools() const noexcept { return spool_ != nullptr; }
    /// What was typed at the prompt, for the file only.
    void spoolOnly(std::string_view text);

private:
    struct Close {
        void operator()(std::FILE* file) const noexcept { std::fclose(file); }
    };

    void writeAll(int descriptor, std::string_view text);
    std::string coloured(std::string_view text, Style style, bool isOn) const;

    std::string buffer_;
    bool isTerminal_;
    bool hasColours_;
    bool errorHasColours_;
    bool showsProgress_ = false;
    std::unique_ptr<std::FILE, Close> spool_;
};

}  // namespace shell
