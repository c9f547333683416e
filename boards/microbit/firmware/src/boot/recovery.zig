pub fn serve() noreturn {
    while (true) {}
}
