#pragma once
#include <QLabel>
#include <QString>
#include <QWidget>
#include <initializer_list>

/// How the query does, as far as the library tells.
enum class QueryState { Connecting, Following, Reconnecting, Ended, Failed };

/// What comes while it is followed.
enum class Traffic { None, Rows, MoreThanIsShown };

/// The state in a few words and a colour, and below what there is to say about it.
class StateLine : public QWidget {
public:
    /// To the right of the state there are these.
    explicit StateLine(std::initializer_list<QWidget*> controls);

    void setState(QueryState state, const QString& detail);
    void setTraffic(Traffic traffic, int silentSeconds);

private:
    void showAll();

    QLabel* mark_;
    QLabel* title_;
    QLabel* detail_;
    QueryState state_ = QueryState::Connecting;
    Traffic traffic_ = Traffic::None;
    int silentSeconds_ = 0;
    QString text_;
};
