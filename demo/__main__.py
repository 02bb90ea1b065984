"""`python -m demo`: write the demo CRM."""

from demo.cli import main

if __name__ == "__main__":
    main()
