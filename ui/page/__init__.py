"""The page: chat, conversations, articles and feedback, built with Gradio. Nothing on it leaves this machine."""
